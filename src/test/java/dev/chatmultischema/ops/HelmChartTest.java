package dev.chatmultischema.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.marcnuri.helm.Helm;
import io.kubernetes.client.openapi.models.V1Deployment;
import io.kubernetes.client.openapi.models.V1Job;
import io.kubernetes.client.openapi.models.V1NetworkPolicy;
import io.kubernetes.client.openapi.models.V1PodDisruptionBudget;
import io.kubernetes.client.openapi.models.V1Service;
import io.kubernetes.client.openapi.models.V2HorizontalPodAutoscaler;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** The Helm chart, rendered by Helm and compared with the schema of the Kubernetes API. */
@EnabledOnOs(value = OS.LINUX, architectures = "amd64")
final class HelmChartTest {

  private static final Path CHART = Path.of("ops/helm/chat");
  private static final YAMLMapper YAML = new YAMLMapper();

  /** The kinds of the API, whose readers refuse unknown and missing fields. */
  private static final Map<String, Reader> KINDS =
      Map.of(
          "Deployment", V1Deployment::fromJson,
          "HorizontalPodAutoscaler", V2HorizontalPodAutoscaler::fromJson,
          "Job", V1Job::fromJson,
          "NetworkPolicy", V1NetworkPolicy::fromJson,
          "PodDisruptionBudget", V1PodDisruptionBudget::fromJson,
          "Service", V1Service::fromJson);

  /** Reads a manifest. */
  private interface Reader {
    Object read(String json) throws IOException;
  }

  /** Returns the manifests by kind and name, with the hook, which this library leaves out. */
  private static Map<String, JsonNode> render(Map<String, Object> values) throws IOException {
    var template =
        new Helm(CHART).template().withName("chat").withNamespace("prod").withKubeVersion("1.27.0");
    template.set("migration.annotations", "null");
    values.forEach(template::set);
    var manifests = new TreeMap<String, JsonNode>();
    try (var documents = YAML.readerFor(JsonNode.class).<JsonNode>readValues(template.call())) {
      while (documents.hasNext()) {
        var manifest = documents.next();
        if (manifest.has("kind")) {
          manifests.put(
              manifest.at("/kind").asText() + " " + manifest.at("/metadata/name").asText(),
              manifest);
        }
      }
    }
    return manifests;
  }

  private static void validate(JsonNode manifest) throws IOException {
    KINDS.get(manifest.at("/kind").asText()).read(manifest.toString());
  }

  @Test
  void passesTheLinter() {
    var result = new Helm(CHART).lint().strict().call();
    assertThat(result.isFailed()).as("%s", result.getMessages()).isFalse();
  }

  @Test
  void matchesTheSchemaOfKubernetes() throws IOException {
    var manifests = render(Map.of());
    assertThat(manifests)
        .containsOnlyKeys(
            "Deployment chat",
            "HorizontalPodAutoscaler chat",
            "Job chat-migrate",
            "NetworkPolicy chat",
            "PodDisruptionBudget chat",
            "Service chat",
            "Service chat-admin");
    for (var manifest : manifests.values()) {
      validate(manifest);
    }
    var more =
        render(
            Map.of(
                "autoscaling.enabled", false,
                "replicas", 3,
                "imagePullSecrets[0].name", "registry",
                "nodeSelector.disk", "fast",
                "networkPolicy.clients[0].ipBlock.cidr", "10.0.0.0/8",
                "podAnnotations.team", "chat",
                "secret.files[0]", "2026-11.pem",
                "service.annotations.internal", "yes"));
    assertThat(more).doesNotContainKey("HorizontalPodAutoscaler chat");
    for (var manifest : more.values()) {
      validate(manifest);
    }
    assertThat(more.get("Deployment chat").at("/spec/replicas").asInt()).isEqualTo(3);
  }

  @Test
  void wouldNotMatchWithAWrongField() throws IOException {
    var deployment = render(Map.of()).get("Deployment chat");
    var container = (ObjectNode) container(deployment);
    container.put("readinessprobe", "none");
    assertThatThrownBy(() -> validate(deployment)).hasMessageContaining("readinessprobe");
  }

  @Test
  void setsVariablesOfTheServiceOnly() throws IOException {
    var manifests = render(Map.of());
    for (var pod : List.of("Deployment chat", "Job chat-migrate")) {
      var names = container(manifests.get(pod)).at("/env").findValuesAsText("name");
      assertThat(names).contains("JWT_SECRET_FILE").doesNotHaveDuplicates();
      assertThat(names).map(ServiceVariables::variable).isSubsetOf(ServiceVariables.all());
    }
  }

  @Test
  void drainsBeforeItIsKilled() throws IOException {
    var pod = render(Map.of("drainSeconds", 20)).get("Deployment chat").at("/spec/template/spec");
    assertThat(pod.at("/terminationGracePeriodSeconds").asInt()).isEqualTo(50);
    assertThat(pod.at("/containers/0/env").toString())
        .contains("{\"name\":\"DRAIN_TIME\",\"value\":\"20s\"}");
    var readiness = pod.at("/containers/0/readinessProbe");
    assertThat(readiness.at("/periodSeconds").asInt() * readiness.at("/failureThreshold").asInt())
        .isLessThan(10);
  }

  @Test
  void runsWithoutPrivileges() throws IOException {
    var manifests = render(Map.of());
    for (var pod : List.of("Deployment chat", "Job chat-migrate")) {
      var spec = manifests.get(pod).at("/spec/template/spec");
      assertThat(spec.at("/securityContext/runAsNonRoot").asBoolean()).isTrue();
      assertThat(spec.at("/automountServiceAccountToken").asBoolean(true)).isFalse();
      var security = spec.at("/containers/0/securityContext");
      assertThat(security.at("/readOnlyRootFilesystem").asBoolean()).isTrue();
      assertThat(security.at("/allowPrivilegeEscalation").asBoolean(true)).isFalse();
      assertThat(security.at("/capabilities/drop/0").asText()).isEqualTo("ALL");
    }
  }

  /** A custom resource, whose schema is not part of the Kubernetes API. */
  @Test
  void isScrapedUnderTheNameThatTheAlertsNeed() throws IOException {
    var manifests = render(Map.of("serviceMonitor.enabled", true));
    var monitor = manifests.get("ServiceMonitor chat");
    var labels = monitor.at("/spec/selector/matchLabels");
    var service = manifests.get("Service chat-admin");
    labels
        .properties()
        .forEach(
            label ->
                assertThat(service.at("/metadata/labels").get(label.getKey()))
                    .isEqualTo(label.getValue()));
    assertThat(manifests.get("Service chat").at("/metadata/labels"))
        .noneMatch(label -> label.asText().equals("admin"));
    var endpoint = monitor.at("/spec/endpoints/0");
    assertThat(endpoint.at("/port")).isEqualTo(service.at("/spec/ports/0/name"));
    assertThat(endpoint.at("/relabelings/0/replacement").asText()).isEqualTo("chat");
    assertThat(endpoint.at("/authorization/credentials/key").asText()).isEqualTo("ADMIN_TOKEN");
  }

  private static JsonNode container(JsonNode manifest) {
    return manifest.at("/spec/template/spec/containers/0");
  }
}
