package dev.chatmultischema.openapi;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.chatmultischema.support.Routes;
import io.dropwizard.jackson.Jackson;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The document describes the whole API, with examples that are valid by their schemas. */
class OpenApiTest {

  /** The fields of responses that may be absent. */
  private static final Map<String, List<String>> OPTIONAL =
      Map.of(
          "Message", List.of("sender"),
          "Member", List.of("email"),
          "RegisteredIdentity", List.of("audience", "jwks_url", "keys"));

  private static ApiDocument document;
  private static JsonNode api;
  private static Schemas schemas;

  @BeforeAll
  static void read() throws IOException {
    document = ApiDocument.of(Routes.resources(), Jackson.newObjectMapper());
    api = new ObjectMapper().readTree(document.json().bytes());
    schemas = new Schemas(api);
  }

  static Stream<String> routes() {
    return Routes.all().stream();
  }

  private static JsonNode operation(String route) {
    var space = route.indexOf(' ');
    return api.path("paths")
        .path(route.substring(space + 1))
        .path(route.substring(0, space).toLowerCase(Locale.ROOT));
  }

  @Test
  void isOpenApi31() {
    assertThat(api.get("openapi").asText()).startsWith("3.1.");
    assertThat(api.at("/info/title").asText()).isEqualTo("Chat Multi Schema");
    assertThat(api.at("/info/version").asText()).isNotEmpty();
    assertThat(api.at("/components/securitySchemes/bearer/scheme").asText()).isEqualTo("bearer");
  }

  @Test
  void isEqualInYaml() throws IOException {
    var yaml = new ObjectMapper(new YAMLFactory());
    assertThat(yaml.readTree(document.yaml().bytes())).isEqualTo(api);
  }

  @Test
  void hasEveryRouteAndNoOther() {
    var documented = new ArrayList<String>();
    api.get("paths")
        .fields()
        .forEachRemaining(
            path ->
                path.getValue()
                    .fieldNames()
                    .forEachRemaining(
                        method ->
                            documented.add(method.toUpperCase(Locale.ROOT) + " " + path.getKey())));
    assertThat(documented).containsExactlyInAnyOrderElementsOf(Routes.all());
  }

  @Test
  void namesEachOperationOnce() {
    var ids = routes().map(route -> operation(route).path("operationId").asText()).toList();
    assertThat(ids).doesNotHaveDuplicates().allMatch(id -> id.matches("[a-z][A-Za-z0-9]+"));
  }

  @ParameterizedTest
  @MethodSource("routes")
  void describesEachOperation(String route) {
    assertThat(operation(route).path("summary").asText()).isNotBlank();
    assertThat(operation(route).path("description").asText()).isNotBlank();
    assertThat(operation(route).path("tags")).hasSize(1);
  }

  @ParameterizedTest
  @MethodSource("routes")
  void hasExamplesThatAreValidByTheirSchemas(String route) {
    var operation = operation(route);
    var bodies = new ArrayList<JsonNode>();
    if (operation.has("requestBody")) {
      assertThat(operation.at("/requestBody/required").asBoolean()).isTrue();
      operation.at("/requestBody/content").forEach(bodies::add);
      assertThat(bodies).isNotEmpty();
    }
    var successes = 0;
    for (var status : (Iterable<String>) operation.get("responses")::fieldNames) {
      if (status.startsWith("2")) {
        var content = operation.at("/responses/" + status + "/content");
        assertThat(content.isEmpty()).as("no content").isEqualTo(status.equals("204"));
        content.forEach(bodies::add);
        successes++;
      }
    }
    assertThat(successes).isEqualTo(1);
    for (var body : bodies) {
      assertThat(body.has("example")).as(body.toString()).isTrue();
      assertThat(schemas.complaints(body.get("schema"), body.get("example"))).isEmpty();
    }
  }

  @ParameterizedTest
  @MethodSource("routes")
  void hasTheErrorsOfEachOperation(String route) {
    var operation = operation(route);
    var codes = new HashSet<String>();
    operation
        .get("responses")
        .fields()
        .forEachRemaining(
            response -> {
              var problem = response.getValue().at("/content/application~1problem+json");
              if (problem.isMissingNode()) {
                return;
              }
              assertThat(problem.at("/schema/$ref").asText())
                  .isEqualTo("#/components/schemas/Problem");
              for (var code : (Iterable<String>) problem.get("examples")::fieldNames) {
                codes.add(code);
                var example = api.at("/components/examples/" + code + "/value");
                assertThat(schemas.complaints(problem.get("schema"), example)).isEmpty();
                assertThat(example.get("status").asText()).isEqualTo(response.getKey());
                assertThat(example.get("code").asText()).isEqualTo(code);
              }
            });
    assertThat(codes).contains("internal_error");
    if (!security(route).isEmpty()) {
      assertThat(codes).contains("unauthenticated", "database_unavailable");
    }
    if (operation.has("requestBody")) {
      assertThat(codes).contains("malformed_json", "validation_failed", "body_too_large");
    }
    if (route.contains("/messages")) {
      assertThat(codes).contains("tenant_required", "invalid_tenant", "tenant_forbidden");
    }
  }

  /** Returns the security requirements of an operation, or those of the document if it has none. */
  private static JsonNode security(String route) {
    return operation(route).has("security")
        ? operation(route).get("security")
        : api.get("security");
  }

  @Test
  void isOpenOnlyForRoutesWithoutAuthentication() {
    assertThat(routes().filter(route -> security(route).isEmpty()))
        .containsExactlyInAnyOrder(
            "POST /authentication/login",
            "GET /.well-known/jwks.json",
            "GET /health",
            "GET /openapi.json",
            "GET /openapi.yaml");
  }

  @Test
  void namesFieldsAsInJson() {
    var fields = new ArrayList<String>();
    api.at("/components/schemas")
        .forEach(schema -> schema.path("properties").fieldNames().forEachRemaining(fields::add));
    assertThat(fields).isNotEmpty().allMatch(name -> name.matches("[a-z]+(_[a-z]+)*"));
    assertThat(fields).doesNotContain("password_hash", "deleted", "value", "json", "running");
  }

  /** Generated clients compile patterns with the engines of their languages, which differ. */
  @Test
  void describesTextsWithoutPatterns() {
    assertThat(api.findValues("pattern")).isEmpty();
    for (var field : List.of("name", "email", "password")) {
      assertThat(
              api.at("/components/schemas/NewUser/properties/" + field + "/description").asText())
          .isNotBlank();
    }
  }

  @Test
  void allowsAnyFieldsInContent() {
    for (var schema : List.of("NewMessage", "Message")) {
      var content = api.at("/components/schemas/" + schema + "/properties/content");
      assertThat(content.get("additionalProperties").isBoolean()).isTrue();
      assertThat(content.get("additionalProperties").asBoolean()).isTrue();
    }
  }

  @Test
  void hasNoPasswordsInResponses() {
    for (var name : List.of("User", "Profile", "UserPage", "Session")) {
      assertThat(api.at("/components/schemas/" + name + "/properties").toString())
          .doesNotContain("password");
    }
  }

  @Test
  void hasTheTypesOfCustomSerializers() {
    var components = api.at("/components/schemas");
    assertThat(components.at("/Tenant/properties/tenant_id/format").asText()).isEqualTo("uuid");
    assertThat(components.at("/Message/properties/content/type").asText()).isEqualTo("object");
    assertThat(components.at("/Message/properties/created_at/format").asText())
        .isEqualTo("date-time");
    assertThat(components.at("/TenantPage/properties/next_cursor/type").asText())
        .isEqualTo("string");
    var limit = parameter("GET /messages", "limit").get("schema");
    assertThat(limit.get("type").asText()).isEqualTo("integer");
    assertThat(limit.get("minimum").asInt()).isEqualTo(1);
    assertThat(limit.get("maximum").asInt()).isEqualTo(500);
    assertThat(limit.get("default").asInt()).isEqualTo(50);
    assertThat(parameter("GET /messages", "cursor").at("/schema/type").asText())
        .isEqualTo("string");
    assertThat(parameter("GET /messages", "X-Tenant-ID").get("required").asBoolean()).isTrue();
    assertThat(parameter("GET /messages/stream", "X-Tenant-ID").get("required").asBoolean())
        .isFalse();
  }

  @Test
  void hasNoUnresolvedReferences() {
    for (var reference : api.findValuesAsText("$ref")) {
      assertThat(api.at(reference.substring(1)).isMissingNode()).as(reference).isFalse();
    }
    assertThat(api.at("/components/schemas").fieldNames()).toIterable().doesNotContain("Caller");
  }

  @Test
  void isReproducible() {
    var again = ApiDocument.of(Routes.resources(), Jackson.newObjectMapper());
    assertThat(again.json().tag()).isEqualTo(document.json().tag());
    assertThat(again.yaml().tag()).isEqualTo(document.yaml().tag());
  }

  @Test
  void hasEveryParameterAndNoOther() {
    var documented = new ArrayList<String>();
    routes()
        .filter(route -> !route.equals(Routes.STREAM))
        .forEach(
            route ->
                parameters(route)
                    .forEach(
                        parameter ->
                            documented.add(
                                route
                                    + " "
                                    + text(parameter, "in")
                                    + " "
                                    + text(parameter, "name"))));
    assertThat(documented)
        .containsExactlyInAnyOrderElementsOf(
            Routes.parameters().stream()
                .map(
                    parameter ->
                        String.join(
                            " ",
                            parameter.method(),
                            parameter.path(),
                            parameter.source().name().toLowerCase(Locale.ROOT),
                            parameter.name()))
                .toList());
    assertThat(api.at("/components/parameters")).allMatch(parameter -> parameter.has("name"));
  }

  /** A field that only the overlay has would have no type. */
  @Test
  void hasOnlyFieldsOfTypes() {
    var derived = DerivedDocument.of(Routes.resources(), Jackson.newObjectMapper());
    var types = derived.at("/components/schemas");
    assertThat(api.at("/components/schemas").fieldNames())
        .toIterable()
        .containsExactlyInAnyOrderElementsOf(types::fieldNames);
    types
        .fieldNames()
        .forEachRemaining(
            name ->
                assertThat(fields(api.at("/components/schemas/" + name)))
                    .as(name)
                    .containsExactlyInAnyOrderElementsOf(fields(types.get(name))));
  }

  @Test
  void requiresEveryFieldOfResponses() {
    for (var route : Routes.all()) {
      for (var response : operation(route).get("responses")) {
        for (var media : response.path("content")) {
          requiresEveryField(media.get("schema"));
        }
      }
    }
  }

  private static void requiresEveryField(JsonNode schema) {
    if (schema.has("$ref")) {
      var name = schema.get("$ref").asText();
      var type = api.at(name.substring(1));
      var required = Schemas.values(type.path("required"));
      assertThat(required).as(name).isNotEmpty();
      // The fields of a public key depend on its type.
      if (!name.endsWith("/Problem") && !name.endsWith("/Jwk")) {
        var optional = OPTIONAL.getOrDefault(name.substring(name.lastIndexOf('/') + 1), List.of());
        assertThat(Stream.concat(required.stream(), optional.stream()))
            .as(name)
            .containsExactlyInAnyOrderElementsOf(fields(type));
      }
      type.get("properties").forEach(OpenApiTest::requiresEveryField);
    } else if (schema.has("items")) {
      requiresEveryField(schema.get("items"));
    }
  }

  private static List<String> fields(JsonNode schema) {
    return schema.path("properties").properties().stream().map(Map.Entry::getKey).toList();
  }

  private static String text(JsonNode node, String field) {
    return node.get(field).asText();
  }

  private static List<JsonNode> parameters(String route) {
    return StreamSupport.stream(operation(route).path("parameters").spliterator(), false)
        .map(
            parameter ->
                parameter.has("$ref") ? api.at(text(parameter, "$ref").substring(1)) : parameter)
        .toList();
  }

  private static JsonNode parameter(String route, String name) {
    return parameters(route).stream()
        .filter(parameter -> text(parameter, "name").equals(name))
        .findFirst()
        .orElseThrow();
  }

  /** The part of JSON Schema that the document uses. */
  private record Schemas(JsonNode api) {

    private static final Map<String, String> PATTERNS =
        Map.of(
            "uuid", "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}",
            "date-time", "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?Z");

    private List<String> complaints(JsonNode schema, JsonNode value) {
      var complaints = new ArrayList<String>();
      check(schema, value, "", complaints);
      return complaints;
    }

    private void check(JsonNode schema, JsonNode value, String at, List<String> complaints) {
      if (schema.has("$ref")) {
        check(api.at(schema.get("$ref").asText().substring(1)), value, at, complaints);
        return;
      }
      if (!types(schema).contains(type(value))) {
        complaints.add(at + " is " + type(value) + ", not " + types(schema));
        return;
      }
      if (schema.has("enum") && !values(schema.get("enum")).contains(value.asText())) {
        complaints.add(at + " is not in " + schema.get("enum"));
      }
      var pattern = PATTERNS.get(schema.path("format").asText());
      if (pattern != null && value.isTextual() && !value.asText().matches(pattern)) {
        complaints.add(at + " is no " + schema.get("format"));
      }
      if (schema.has("pattern") && !value.asText().matches(schema.get("pattern").asText())) {
        complaints.add(at + " does not match " + schema.get("pattern"));
      }
      schema
          .path("required")
          .forEach(
              name -> {
                if (!value.has(name.asText())) {
                  complaints.add(at + " has no " + name);
                }
              });
      if (schema.has("properties")) {
        value
            .fields()
            .forEachRemaining(
                field -> {
                  var property = schema.get("properties").path(field.getKey());
                  if (property.isMissingNode()) {
                    complaints.add(at + " has an unknown " + field.getKey());
                  } else {
                    check(property, field.getValue(), at + "/" + field.getKey(), complaints);
                  }
                });
      }
      if (value.isArray()) {
        value.forEach(item -> check(schema.get("items"), item, at + "[]", complaints));
      }
    }

    private static List<String> types(JsonNode schema) {
      var type = schema.get("type");
      return type.isArray() ? values(type) : List.of(type.asText());
    }

    private static List<String> values(JsonNode array) {
      return StreamSupport.stream(array.spliterator(), false).map(JsonNode::asText).toList();
    }

    private static String type(JsonNode value) {
      return value.isIntegralNumber()
          ? "integer"
          : value.getNodeType().name().toLowerCase(Locale.ROOT);
    }
  }
}
