package dev.chatmultischema.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.common.io.Resources;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * What {@code openapi/notes.yaml} says beyond what code can tell: words, examples, and which
 * problems an operation may answer with.
 *
 * @param operations by method and path, as in {@code GET /tenants}, in the order of the document
 * @param problems by code
 * @param parameters by name
 * @param security schemes by name, in OpenAPI's terms
 */
record Notes(
    String description,
    Map<String, String> tags,
    Map<String, OperationNote> operations,
    Map<String, ProblemNote> problems,
    Map<String, ParameterNote> parameters,
    Map<String, JsonNode> security,
    Map<String, SchemaNote> schemas) {

  /**
   * One operation.
   *
   * @param definition the operation itself, in OpenAPI's terms, where no resource serves it
   * @param request an example of the body, or null where there is none
   * @param response an example of the answer, or null where it is empty
   * @param problems codes beyond those that follow from what the operation takes
   */
  record OperationNote(
      String id,
      String tag,
      String summary,
      String description,
      JsonNode definition,
      JsonNode request,
      JsonNode response,
      List<String> problems) {}

  /** An error: its status, and an example of its detail and, if it has any, its errors. */
  record ProblemNote(int status, String detail, JsonNode errors) {}

  /** A parameter, with an example, and its JSON schema where its type in Java says too little. */
  record ParameterNote(String description, JsonNode example, JsonNode schema) {}

  /**
   * A type of body.
   *
   * @param nullable fields of an answer that may be null
   */
  record SchemaNote(String description, List<String> nullable, Map<String, String> fields) {}

  static Notes load() {
    try (var file = Resources.getResource("openapi/notes.yaml").openStream()) {
      // Not with Jackson's parser, which does not follow aliases.
      var yaml = new Yaml(new SafeConstructor(new LoaderOptions()));
      return new ObjectMapper().convertValue(yaml.load(file), Notes.class);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Optional<OperationNote> operation(String method, String path) {
    return Optional.ofNullable(operations.get(method + " " + path));
  }
}
