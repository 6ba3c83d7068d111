package io.lockstep.training;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CredentialsTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "s3a://key:hunter2@bucket/x",
                "S3A://key:hunter2@bucket/x",
                " s3a://key:hunter2@bucket/x",
                "s3a://key:hun/ter2@bucket/x",
                "s3a://key:hun,ter2@bucket/x",
                "s3a://key:hunter2 @bucket/x",
                "s3a://key:2hunter2@bucket/x",
                "s3a://:hunter2@bucket/x",
                "plain/file,s3a://key:hunter2@bucket/x",
                "hdfs://namenode:8020/a, s3a://key:hun/ter2@bucket/x",
                "{a,s3a://key:hunter2@bucket/x}",
                "https://hunter2@host/x",
                "https://hunter2%3Aback@host/x",
                "sftp://hunter2@[::1]:22/x",
                "//hunter2@host/x",
                "har://hdfs-hunter2@host:8020/x.har",
                "abfs://container:hunter2@account.dfs.core.windows.net/x",
                "https://host/x?sig=hunter2",
                "a,https://host/x?sv=2024&SIG=hunter2",
                "https://host/x?a=1&Signature=hunter2&b=2",
                "https://host/x?AWSAccessKeyId=hunter2",
                "https://host/x?X-Amz-Credential=hunter2",
                "https://host/x?X-Amz-Security-Token=hunter2",
                "https://host/x?X-Goog-Signature=hunter2",
                "https://host/x?GoogleAccessId=hunter2",
                "https://host/x?access_token=hunter2",
                "https://host/x#access_token=hunter2",
                "https://host/x?Key-Pair-Id=hunter2",
                "https://host/x?api_key=hunter2",
                "webhdfs://host/x?delegation=hunter2",
                "https://host/x;password=hunter2"
            })
    void aSecretIsFoundAndNotRepeated(String locations) {
        assertThat(Credentials.problem("train", locations))
                .hasValueSatisfying(message -> assertThat(message)
                        .startsWith("--train: expected a location without credentials")
                        .doesNotContain("hunter", "bucket"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a@b/c",
                "/home/a@b/c:d@e",
                "file:///home/a@b/c",
                "file:/home/a@b/c",
                "a//b@c/d",
                "a,b@c,d:e@f",
                "hdfs://namenode:8020/a@b",
                "hdfs://namenode:8020,a@b",
                "hdfs://namenode/a:b@c,x@y",
                "s3a://bucket/x:1@y/z",
                "s3a://bucket,a@b/c",
                "s3a://bucket/x,hdfs://host:9000/y@z",
                "http://[::1]:8020/a@b",
                "abfs://container@account.dfs.core.windows.net/x",
                "abfss://container@account.dfs.core.windows.net/x",
                "wasbs://container@account.blob.core.windows.net/x",
                "data/part-?.csv",
                "data/token=1/key=2/sig=3",
                "https://host/x?design=1&monkey=2&author=3"
            })
    void anOrdinaryLocationIsLeftAlone(String locations) {
        assertThat(Credentials.problem("train", locations)).isEmpty();
    }
}
