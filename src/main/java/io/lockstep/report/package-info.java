/** Pictures and pages from recorded metrics. */
package io.lockstep.report;
