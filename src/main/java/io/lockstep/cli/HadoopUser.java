package io.lockstep.cli;

import java.util.Optional;
import org.apache.hadoop.security.UserGroupInformation;

/** The user as whom Hadoop reads and writes. */
final class HadoopUser {
    private static final String NO_NAME = "?";

    private HadoopUser() {}

    /**
     * Gives a name to a user id that the system has none for, as is usual in containers: Hadoop would end with "Invalid
     * UID", whatever it is asked to do. With Kerberos it takes the name from there.
     */
    static void ensureNamed() {
        if (System.getProperty("user.name").equals(NO_NAME) && !UserGroupInformation.isSecurityEnabled()) {
            String name = Optional.ofNullable(System.getenv("HADOOP_USER_NAME")).orElse("nobody");
            UserGroupInformation.setLoginUser(UserGroupInformation.createRemoteUser(name));
        }
    }
}
