package dev.chatmultischema.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import dev.chatmultischema.openapi.Notes.OperationNote;
import dev.chatmultischema.openapi.Notes.SchemaNote;
import io.swagger.v3.core.util.Json31;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.PathItem;
import io.swagger.v3.oas.models.PathItem.HttpMethod;
import io.swagger.v3.oas.models.Paths;
import io.swagger.v3.oas.models.headers.Header;
import io.swagger.v3.oas.models.info.Info;
import io.swagger.v3.oas.models.info.License;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.JsonSchema;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.parameters.Parameter;
import io.swagger.v3.oas.models.security.SecurityScheme;
import io.swagger.v3.oas.models.servers.Server;
import io.swagger.v3.oas.models.tags.Tag;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Puts the {@link Notes} to the operations, parameters and types that were read. */
final class Annotator {

  private static final Set<String> CREATED_OR_EMPTY = Set.of("201", "202", "204");
  private static final String REF = "#/components/schemas/";

  private final Notes notes;

  Annotator(Notes notes) {
    this.notes = notes;
  }

  void annotate(OpenAPI api) {
    api.setInfo(info());
    api.setServers(List.of(new Server().url("/")));
    api.setTags(
        notes.tags().entrySet().stream()
            .map(tag -> new Tag().name(tag.getKey()).description(tag.getValue()))
            .toList());
    notes
        .security()
        .forEach(
            (name, scheme) ->
                api.getComponents()
                    .addSecuritySchemes(name, openApi(scheme, SecurityScheme.class)));
    notes.operations().forEach((operation, note) -> define(api.getPaths(), operation, note));
    api.setPaths(ordered(api.getPaths()));
    api.getPaths()
        .forEach(
            (path, item) ->
                item.readOperationsMap()
                    .forEach((method, operation) -> annotate(method, path, operation)));
    annotateSchemas(api);
  }

  private Info info() {
    var jar = OpenApi.class.getPackage();
    return new Info()
        .title(Optional.ofNullable(jar.getImplementationTitle()).orElse("Chat Multi Schema"))
        .version(Optional.ofNullable(jar.getImplementationVersion()).orElse("development"))
        .description(notes.description())
        .license(new License().name("Apache License 2.0").identifier("Apache-2.0"));
  }

  private static void define(Paths paths, String operation, OperationNote note) {
    if (note.definition() != null) {
      paths
          .computeIfAbsent(path(operation), path -> new PathItem())
          .operation(
              HttpMethod.valueOf(operation.substring(0, operation.indexOf(' '))),
              openApi(note.definition(), Operation.class));
    }
  }

  private static String path(String operation) {
    return operation.substring(operation.indexOf(' ') + 1);
  }

  private static <T> T openApi(JsonNode node, Class<T> type) {
    return Json31.mapper().convertValue(node, type);
  }

  /** In the order of the notes; what these do not know comes last. */
  private Paths ordered(Paths paths) {
    var ordered = new Paths();
    for (var operation : notes.operations().keySet()) {
      var path = path(operation);
      Optional.ofNullable(paths.get(path)).ifPresent(item -> ordered.put(path, item));
    }
    paths.forEach(ordered::putIfAbsent);
    return ordered;
  }

  private void annotate(HttpMethod method, String path, Operation operation) {
    var parameters = Optional.ofNullable(operation.getParameters()).orElse(List.of());
    parameters.forEach(this::annotate);
    notes
        .operation(method.name(), path)
        .ifPresent(
            note -> {
              describe(operation, note);
              exemplify(operation, note);
            });
  }

  private static void describe(Operation operation, OperationNote note) {
    operation
        .operationId(note.id())
        .tags(List.of(note.tag()))
        .summary(note.summary())
        .description(note.description());
  }

  private static void exemplify(Operation operation, OperationNote note) {
    if (operation.getResponses().keySet().stream().anyMatch(CREATED_OR_EMPTY::contains)) {
      // Read from the method's return type, in ignorance of what it answers with.
      operation.getResponses().remove("200");
    }
    if (operation.getRequestBody() != null) {
      operation.getRequestBody().required(true);
      exemplify(operation.getRequestBody().getContent(), note.request());
    }
    operation
        .getResponses()
        .forEach(
            (status, response) -> {
              if (status.equals("204")) {
                response.setContent(null);
              }
              if (status.equals("201") && operation.getRequestBody() != null) {
                response.addHeaderObject("Location", location());
              }
              if (status.startsWith("2")) {
                response.setDescription(note.summary());
                exemplify(response.getContent(), note.response());
              }
            });
  }

  private static Header location() {
    return new Header()
        .description("Where what was created is found")
        .schema(new JsonSchema().typesItem("string").format("uri-reference"));
  }

  private static void exemplify(Content content, JsonNode example) {
    if (content != null) {
      if (example == null) {
        throw new IllegalStateException("no example of a body in the notes: " + content);
      }
      content.values().forEach(media -> exemplify(media, example));
    }
  }

  private static void exemplify(MediaType media, JsonNode example) {
    media.setExample(example.isTextual() ? example.textValue() : example);
  }

  private void annotate(Parameter parameter) {
    if (parameter.getRequired() == null) {
      // The one header that resources read has no default.
      parameter.setRequired(parameter.getIn().equals("header"));
    }
    Optional.ofNullable(notes.parameters().get(parameter.getName()))
        .ifPresent(
            note -> {
              parameter.setDescription(note.description());
              parameter.setExample(note.example());
              Optional.ofNullable(note.schema())
                  .map(schema -> openApi(schema, Schema.class))
                  .ifPresent(parameter::setSchema);
            });
  }

  private void annotateSchemas(OpenAPI api) {
    var schemas = Optional.ofNullable(api.getComponents().getSchemas()).orElse(Map.of());
    var sent = new HashSet<String>();
    api.getPaths().values().stream()
        .flatMap(item -> item.readOperations().stream())
        .flatMap(operation -> Optional.ofNullable(operation.getRequestBody()).stream())
        .flatMap(body -> body.getContent().values().stream())
        .forEach(media -> collect(media.getSchema(), schemas, sent));
    schemas.forEach(
        (name, schema) -> {
          if (!sent.contains(name) && schema.getProperties() != null) {
            // What the service sends is always there, though it may be null.
            schema.setRequired(new ArrayList<>(schema.getProperties().keySet()));
          }
          Optional.ofNullable(notes.schemas().get(name))
              .ifPresent(note -> annotate(name, schema, note));
        });
  }

  private static void annotate(String name, Schema<?> schema, SchemaNote note) {
    schema.setDescription(note.description());
    Optional.ofNullable(note.fields())
        .orElse(Map.of())
        .forEach((field, text) -> property(name, schema, field).setDescription(text));
    Optional.ofNullable(note.nullable())
        .orElse(List.of())
        .forEach(field -> property(name, schema, field).addType("null"));
  }

  private static Schema<?> property(String name, Schema<?> schema, String field) {
    return Optional.<Schema<?>>ofNullable(schema.getProperties().get(field))
        .orElseThrow(
            () ->
                new IllegalStateException(
                    String.format(
                        Locale.ROOT,
                        "%s has no field %s, but %s",
                        name,
                        field,
                        schema.getProperties().keySet())));
  }

  /** Adds the names of a schema and of all that it is made of. */
  private static void collect(Schema<?> schema, Map<String, Schema> schemas, Set<String> names) {
    if (schema == null) {
      return;
    }
    if (schema.get$ref() != null) {
      var name = schema.get$ref().substring(REF.length());
      if (names.add(name)) {
        collect(schemas.get(name), schemas, names);
      }
    }
    collect(schema.getItems(), schemas, names);
    if (schema.getProperties() != null) {
      schema.getProperties().values().forEach(property -> collect(property, schemas, names));
    }
  }
}
