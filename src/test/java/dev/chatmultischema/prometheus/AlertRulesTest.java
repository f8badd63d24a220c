package dev.chatmultischema.prometheus;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Compares alert rules and problems with the runbook. */
final class AlertRulesTest {

  private static final Path RUNBOOK = Path.of("ops/runbook.md");
  private static final Path RULES = Path.of("ops/prometheus/rules.yml");
  private static final Path RULE_TESTS = Path.of("ops/prometheus/tests.yml");

  private static final Pattern HEADING = Pattern.compile("(?m)^#{1,6} (.+)$");

  /** A status and, in the same call, the code of a problem. */
  private static final Pattern PROBLEM = Pattern.compile("\\b5\\d\\d,\\s*\"([a-z_]+)\"");

  @Test
  void everyAlertLinksToAHeadingOfTheRunbook() throws IOException {
    var anchors = headings().stream().map(AlertRulesTest::anchor).collect(toSet());
    assertThat(alerts()).hasSizeGreaterThan(10);
    assertThat(alerts())
        .allSatisfy(
            alert -> {
              var url = alert.at("/annotations/runbook_url").asText();
              assertThat(url).startsWith(RUNBOOK + "#");
              assertThat(anchors).contains(url.substring(url.indexOf('#') + 1));
              assertThat(alert.at("/annotations/summary").asText()).isNotEmpty();
              assertThat(alert.at("/labels/severity").asText()).isIn("page", "ticket");
            });
  }

  @Test
  void everyAlertHasATest() throws IOException {
    var fires = new TreeSet<String>();
    for (var test : new YAMLMapper().readTree(RULE_TESTS.toFile()).get("tests")) {
      for (var rule : test.get("alert_rule_test")) {
        if (rule.has("exp_alerts")) {
          fires.add(rule.get("alertname").asText());
        }
      }
    }
    assertThat(fires)
        .containsExactlyInAnyOrderElementsOf(
            alerts().stream().map(alert -> alert.get("alert").asText()).toList());
  }

  @Test
  void everyProblemOfTheServerHasAHeading() throws IOException {
    assertThat(serverProblems()).contains("broker_unavailable", "internal_error", "overloaded");
    assertThat(headings()).containsAll(serverProblems());
  }

  /** Returns the codes with a status of 500 and above, of the code and of the OpenAPI document. */
  private static Set<String> serverProblems() throws IOException {
    var codes = new TreeSet<String>();
    try (var files = Files.walk(Path.of("src/main/java"))) {
      for (var file : files.filter(path -> path.toString().endsWith(".java")).toList()) {
        PROBLEM.matcher(Files.readString(file)).results().forEach(m -> codes.add(m.group(1)));
      }
    }
    var overlay =
        new YAMLMapper().readTree(Path.of("src/main/resources/openapi/overlay.yaml").toFile());
    overlay
        .at("/x-problems/examples")
        .properties()
        .forEach(
            example -> {
              if (example.getValue().get("status").asInt() >= 500) {
                codes.add(example.getKey());
              }
            });
    return codes;
  }

  private static List<JsonNode> alerts() throws IOException {
    var alerts = new ArrayList<JsonNode>();
    for (var group : new YAMLMapper().readTree(RULES.toFile()).get("groups")) {
      for (var rule : group.get("rules")) {
        if (rule.has("alert")) {
          alerts.add(rule);
        }
      }
    }
    return alerts;
  }

  private static Set<String> headings() throws IOException {
    return HEADING
        .matcher(Files.readString(RUNBOOK))
        .results()
        .map(match -> match.group(1).strip())
        .collect(toSet());
  }

  /** Returns the anchor that renderers of Markdown give to a heading. */
  private static String anchor(String heading) {
    return heading.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9 _-]", "").replace(' ', '-');
  }
}
