package dev.chatmultischema.openapi;

import com.google.common.collect.Multimap;
import com.google.common.collect.MultimapBuilder;
import dev.chatmultischema.openapi.Notes.OperationNote;
import dev.chatmultischema.openapi.Notes.ProblemNote;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.PathItem.HttpMethod;
import io.swagger.v3.oas.models.examples.Example;
import io.swagger.v3.oas.models.headers.Header;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.JsonSchema;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.responses.ApiResponse;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.eclipse.jetty.http.HttpStatus;

/**
 * Adds to each operation the problems that it may answer with (RFC 9457): those that follow from
 * what it takes, and those that the notes name.
 */
final class ErrorResponses {

  private static final String PROBLEM_JSON = "application/problem+json";
  private static final String SCHEMA = "Problem";
  private static final String FIELD_ERROR = "FieldError";

  private final Notes notes;

  ErrorResponses(Notes notes) {
    this.notes = notes;
  }

  void addTo(OpenAPI api) {
    var components = api.getComponents();
    components.addSchemas(SCHEMA, schema());
    components.addSchemas(FIELD_ERROR, fieldError());
    notes
        .problems()
        .forEach((code, problem) -> components.addExamples(code, example(code, problem)));
    api.getPaths()
        .forEach(
            (path, item) ->
                item.readOperationsMap()
                    .forEach((method, operation) -> addTo(method, path, operation)));
  }

  private void addTo(HttpMethod method, String path, Operation operation) {
    Multimap<Integer, String> byStatus = MultimapBuilder.treeKeys().linkedHashSetValues().build();
    for (var code : codes(method, path, operation)) {
      var problem = notes.problems().get(code);
      if (problem == null) {
        throw new IllegalStateException(
            String.format(Locale.ROOT, "%s %s: no problem %s in the notes", method, path, code));
      }
      byStatus.put(problem.status(), code);
    }
    byStatus
        .asMap()
        .forEach(
            (status, codes) ->
                operation.getResponses().put(String.valueOf(status), response(status, codes)));
  }

  private Set<String> codes(HttpMethod method, String path, Operation operation) {
    var codes = new LinkedHashSet<String>();
    if (!operation.getSecurity().isEmpty()) {
      codes.addAll(List.of("unauthenticated", "database_unavailable"));
    }
    if (operation.getRequestBody() != null) {
      codes.addAll(
          List.of(
              "malformed_json", "validation_failed", "body_too_large", "unsupported_media_type"));
    }
    Optional.ofNullable(operation.getParameters()).orElse(List.of()).stream()
        .map(parameter -> ofParameter(parameter.getIn(), parameter.getName()))
        .forEach(codes::addAll);
    notes.operation(method.name(), path).map(OperationNote::problems).ifPresent(codes::addAll);
    codes.addAll(List.of("not_acceptable", "internal_error"));
    return codes;
  }

  private static List<String> ofParameter(String in, String name) {
    return switch (name) {
      case "X-Tenant-ID" -> List.of("tenant_required", "invalid_tenant", "tenant_forbidden");
      case "tenant_id" -> List.of("invalid_tenant", "tenant_forbidden", "tenant_not_found");
      case "user_id" -> List.of("invalid_user", "user_forbidden", "user_not_found");
      default -> in.equals("query") ? List.of("invalid_parameter") : List.of();
    };
  }

  private static ApiResponse response(int status, Iterable<String> codes) {
    var media = new MediaType().schema(new JsonSchema().$ref(SCHEMA));
    codes.forEach(
        code -> media.addExamples(code, new Example().$ref("#/components/examples/" + code)));
    var response =
        new ApiResponse()
            .description(title(status))
            .content(new Content().addMediaType(PROBLEM_JSON, media));
    if (status == HttpStatus.UNAUTHORIZED_401) {
      response.addHeaderObject("WWW-Authenticate", header("string", "Always Bearer"));
    }
    if (status == HttpStatus.SERVICE_UNAVAILABLE_503
        || status == HttpStatus.TOO_MANY_REQUESTS_429) {
      response.addHeaderObject(
          "Retry-After", header("integer", "Seconds after which trying again may help"));
    }
    return response;
  }

  private static Header header(String type, String description) {
    return new Header().description(description).schema(new JsonSchema().typesItem(type));
  }

  private static Example example(String code, ProblemNote problem) {
    var value = new LinkedHashMap<String, Object>();
    value.put("type", "urn:chat:problem:" + code);
    value.put("title", title(problem.status()));
    value.put("status", problem.status());
    value.put("detail", problem.detail());
    value.put("code", code);
    Optional.ofNullable(problem.errors()).ifPresent(errors -> value.put("errors", errors));
    return new Example().summary(code).value(value);
  }

  private static String title(int status) {
    return HttpStatus.getMessage(status);
  }

  private static Schema<?> schema() {
    return new JsonSchema()
        .typesItem("object")
        .description("What every error answers with (RFC 9457)")
        .addProperty("type", text("uri", "Names the kind of problem"))
        .addProperty("title", text(null, "The reason phrase of the status"))
        .addProperty("status", new JsonSchema().typesItem("integer").description("The status"))
        .addProperty("detail", text(null, "What went wrong, for people"))
        .addProperty("code", text(null, "What went wrong, for programs: it never changes"))
        .addProperty(
            "errors",
            new JsonSchema()
                .typesItem("array")
                .description("The fields or parameters at fault")
                .items(new JsonSchema().$ref(FIELD_ERROR)))
        .required(List.of("type", "title", "status", "detail", "code"));
  }

  private static Schema<?> fieldError() {
    return new JsonSchema()
        .typesItem("object")
        .description("A field or a parameter at fault")
        .addProperty("field", text(null, "Where in the body, or which parameter"))
        .addProperty("message", text(null, "What is wrong with it"))
        .required(List.of("field", "message"));
  }

  private static Schema<?> text(String format, String description) {
    return new JsonSchema().typesItem("string").format(format).description(description);
  }
}
