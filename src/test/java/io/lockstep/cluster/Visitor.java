package io.lockstep.cluster;

import io.jsonwebtoken.Jwts;
import io.jsonwebtoken.security.Keys;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.Map;
import java.util.Optional;

/**
 * Someone who asks for Spark's web pages.
 *
 * @param token that is shown
 */
record Visitor(Optional<String> token) {
    /** Under which Spark's filter of web pages finds its key, in Base64 for URLs. */
    static final String KEY = "spark.org.apache.spark.ui.JWSFilter.param.secretKey";

    private static final HttpClient CLIENT =
            HttpClient.newBuilder().followRedirects(HttpClient.Redirect.ALWAYS).build();

    static Visitor stranger() {
        return new Visitor(Optional.empty());
    }

    /** With a token that is signed with the key. */
    static Visitor friend(String key, Duration validity) {
        return new Visitor(Optional.of(Jwts.builder()
                .expiration(Date.from(Instant.now().plus(validity)))
                .signWith(Keys.hmacShaKeyFor(Base64.getUrlDecoder().decode(key)))
                .compact()));
    }

    /** With a token that nobody signed. */
    static Visitor swindler() {
        return new Visitor(Optional.of(Jwts.builder().subject("admin").compact()));
    }

    /** Who is let in under a configuration of Spark. */
    static Visitor to(Map<String, String> configuration) {
        return configuration.containsKey(KEY) ? friend(configuration.get(KEY), Duration.ofHours(1)) : stranger();
    }

    HttpResponse<String> get(String address) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(address));
        token.ifPresent(text -> request.header("Authorization", "Bearer " + text));
        return CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }
}
