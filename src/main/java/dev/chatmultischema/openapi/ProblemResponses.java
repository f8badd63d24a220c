package dev.chatmultischema.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.chatmultischema.http.problem.Problem;
import dev.chatmultischema.http.problem.Problem.FieldError;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.eclipse.jetty.http.HttpStatus;

/**
 * Adds a response for each status of the problems that an operation may end with: those listed in
 * {@code x-problems} of the operation itself, of its parameters, and of all operations like it.
 */
final class ProblemResponses {

  private static final String CODES = "x-problems";

  private final ObjectNode api;
  private final JsonNode problems;
  private final JsonNode headers;

  private ProblemResponses(ObjectNode api) {
    this.api = api;
    this.problems = api.remove(CODES);
    this.headers = problems.get("headers");
  }

  static void addTo(ObjectNode api, ObjectMapper json) {
    var responses = new ProblemResponses(api);
    responses.addExamples(json);
    api.get("paths")
        .forEach(path -> path.forEach(operation -> responses.addTo((ObjectNode) operation)));
    api.findParents(CODES).forEach(node -> ((ObjectNode) node).remove(CODES));
  }

  private void addExamples(ObjectMapper json) {
    var examples = api.withObject("/components/examples");
    problems
        .get("examples")
        .properties()
        .forEach(
            problem -> {
              var code = problem.getKey();
              var example = problem.getValue();
              var errors = json.convertValue(example.path("errors"), FieldError[].class);
              var value =
                  Problem.of(
                      example.get("status").asInt(),
                      code,
                      example.get("detail").asText(),
                      errors == null ? List.of() : List.of(errors));
              examples.putObject(code).put("summary", code).set("value", json.valueToTree(value));
            });
  }

  private void addTo(ObjectNode operation) {
    for (var code : codes(operation)) {
      var example = api.at("/components/examples/" + code);
      var status = example.at("/value/status").asText();
      var response = operation.withObject("/responses/" + status);
      response.put("description", HttpStatus.getMessage(Integer.parseInt(status)));
      if (headers.has(status)) {
        response.set("headers", headers.get(status));
      }
      var content = response.withObject("/content/" + Problem.MEDIA_TYPE.replace("/", "~1"));
      content.withObject("/schema").put("$ref", "#/components/schemas/Problem");
      content.withObject("/examples/" + code).put("$ref", "#/components/examples/" + code);
    }
  }

  private Set<String> codes(JsonNode operation) {
    var codes = new LinkedHashSet<String>();
    if (!operation.path("security").isEmpty() || !operation.has("security")) {
      add(codes, problems.get("authenticated"));
    }
    if (operation.has("requestBody")) {
      add(codes, problems.get("body"));
    }
    for (var parameter : operation.path("parameters")) {
      var reference = parameter.path("$ref").asText();
      add(codes, (reference.isEmpty() ? parameter : api.at(reference.substring(1))).path(CODES));
    }
    add(codes, operation.path(CODES));
    add(codes, problems.get("all"));
    return codes;
  }

  private static void add(Set<String> codes, JsonNode list) {
    list.forEach(code -> codes.add(code.asText()));
  }
}
