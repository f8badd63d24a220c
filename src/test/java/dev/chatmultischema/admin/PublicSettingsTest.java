package dev.chatmultischema.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PublicSettingsTest {

  private static final YAMLMapper YAML = new YAMLMapper();

  @Test
  void showsNumbersFlagsDurationsAndListedTexts() throws JsonProcessingException {
    var yaml =
        """
        nodeId: node-1
        amqp: {queueType: quorum, retryDelays: [1s, 5 minutes], confirmTimeout: 5s}
        http: {maxBlockingRequests: 38, minBodyRate: 4KiB}
        demo: {enabled: true}
        logging: {level: INFO, loggers: {org.eclipse.jetty: WARN}}
        auth: {secret: ""}
        """;
    assertThat(PublicSettings.of(YAML.readTree(yaml))).isEqualTo(YAML.readTree(yaml));
  }

  @Test
  void hidesEverythingElse() throws JsonProcessingException {
    var shown =
        shown(
            """
            auth:
              secret: 4711
              nodeSecrets: 5s
              keyFiles: 4712
              keys: [{kid: a, secret: Mark, file: /Mark}, Mark]
            http: {admin: {token: 17}}
            redis: {sentinelPassword: Mark, sentinelUser: Mark}
            database: {password: 4713, properties: {sslpassword: 4714, options: Mark}}
            logging:
              loggers: {a: {level: INFO, appenders: [{type: other, dsn: Mark, apiKey: 4715}]}}
            unknown: Mark
            """);
    assertThat(shown).contains("kid").doesNotContain("Mark", "471", "5s", "17");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        "postgres://chat:pw@h1:5432,h2/chat           | postgres://h1:5432,h2/chat",
        "postgres://h1:5432/chat?user=chat&password=pw| postgres://h1:5432/chat",
        "jdbc:postgresql://[::1]/chat?password=p@pw   | (hidden)",
        "amqp://chat:a/b?c@pw@host:5672/              | (hidden)",
        "amqp://chat:a/b@pw@host:5672/%2F             | amqp://host:5672/%2F",
        "amqp://pw:a/b                                | amqp://pw:a/b",
        "redis+sentinel://:pw@h1:26379,h2/chat/0      | redis+sentinel://h1:26379,h2/chat/0",
        "pw                                           | (hidden)",
        "redis://h1/#pw secret                        | redis://(hidden)"
      })
  void showsTheAddressesOfAUrl(String url, String shown) throws JsonProcessingException {
    var settings = YAML.createObjectNode();
    settings.withObject("/amqp").put("url", url);
    assertThat(PublicSettings.of(settings).at("/amqp/url").asText()).isEqualTo(shown);
  }

  private static String shown(String yaml) throws JsonProcessingException {
    JsonNode shown = PublicSettings.of(YAML.readTree(yaml));
    return YAML.writeValueAsString(shown);
  }
}
