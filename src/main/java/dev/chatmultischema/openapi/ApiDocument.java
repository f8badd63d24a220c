package dev.chatmultischema.openapi;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.google.common.hash.Hashing;
import com.google.common.io.Resources;
import jakarta.ws.rs.core.EntityTag;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Set;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** The OpenAPI document in the two forms in which it is served. */
record ApiDocument(Form json, Form yaml) {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Writes every text in quotes, since other parsers read some texts as dates or numbers. */
  private static final ObjectMapper YAML =
      new ObjectMapper(
          YAMLFactory.builder()
              .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
              .disable(YAMLGenerator.Feature.SPLIT_LINES)
              .build());

  /** A text in UTF-8 and its entity tag. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Form(byte[] bytes, EntityTag tag) {
    private static Form of(byte[] bytes) {
      return new Form(bytes, new EntityTag(Hashing.sha256().hashBytes(bytes).toString()));
    }
  }

  /**
   * Derives a document from resources, and completes it with {@code openapi/overlay.yaml}.
   *
   * @param json the mapper of request and response bodies, which determines the names of fields
   */
  static ApiDocument of(Set<Class<?>> resources, ObjectMapper json) {
    var api = overlay();
    complete(api, DerivedDocument.of(resources, json));
    api.get("paths").forEach(path -> path.forEach(operation -> describe(api, operation)));
    ProblemResponses.addTo(api, json);
    try {
      return new ApiDocument(
          Form.of(JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(api)),
          Form.of(YAML.writeValueAsBytes(api)));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the OpenAPI document cannot be written", e);
    }
  }

  private static ObjectNode overlay() {
    try (var file = Resources.getResource("openapi/overlay.yaml").openStream()) {
      // Jackson's parser does not resolve aliases and merge keys.
      var yaml = new Yaml(new SafeConstructor(new LoaderOptions()));
      ObjectNode overlay = JSON.valueToTree(yaml.load(file));
      var version = ApiDocument.class.getPackage().getImplementationVersion();
      if (version != null) {
        ((ObjectNode) overlay.get("info")).put("version", version);
      }
      return overlay;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Adds the derived fields that a node of the overlay lacks. */
  private static void complete(ObjectNode written, ObjectNode derived) {
    derived
        .properties()
        .forEach(
            field -> {
              var own = written.get(field.getKey());
              if (own == null) {
                written.set(field.getKey(), field.getValue());
              } else if (own instanceof ObjectNode node
                  && field.getValue() instanceof ObjectNode more) {
                complete(node, more);
              }
            });
  }

  /** Refers to the parameters of the overlay, and describes successful responses. */
  private static void describe(ObjectNode api, JsonNode operation) {
    for (var parameter : operation.path("parameters")) {
      var name = parameter.get("name").asText();
      if (api.at("/components/parameters/" + name) instanceof ObjectNode shared
          && parameter instanceof ObjectNode derived
          && !derived.has("description")) {
        complete(shared, derived);
        derived.removeAll().put("$ref", "#/components/parameters/" + name);
      }
    }
    operation
        .get("responses")
        .properties()
        .forEach(
            response -> {
              if (response.getKey().startsWith("2")) {
                ((ObjectNode) response.getValue()).set("description", operation.get("summary"));
              }
            });
  }
}
