package dev.chatmultischema.openapi;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.google.common.hash.Hashing;
import io.swagger.v3.core.util.Json31;
import jakarta.ws.rs.core.EntityTag;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/** The OpenAPI document, as sent. */
record ApiDocument(Form json, Form yaml) {

  /** Bytes in UTF-8, and what tells them from others. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Form(byte[] bytes, EntityTag tag) {
    private static Form of(String text) {
      var bytes = text.getBytes(StandardCharsets.UTF_8);
      return new Form(bytes, new EntityTag(Hashing.sha256().hashBytes(bytes).toString()));
    }
  }

  /**
   * Reads the methods and types of the resources, and adds the words, examples and errors.
   *
   * @param json reads and writes the bodies, and so knows their fields' names
   */
  static ApiDocument of(Set<Class<?>> resources, ObjectMapper json) {
    var notes = Notes.load();
    var api = ResourceReader.read(resources, json);
    new Annotator(notes).annotate(api);
    new ErrorResponses(notes).addTo(api);
    var text = Json31.pretty(api);
    return new ApiDocument(Form.of(text), Form.of(yaml(text)));
  }

  /** With every text in quotes: else other readers take some for dates or numbers. */
  private static String yaml(String json) {
    var factory =
        YAMLFactory.builder()
            .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
            .disable(YAMLGenerator.Feature.SPLIT_LINES)
            .build();
    try {
      return new ObjectMapper(factory).writeValueAsString(new ObjectMapper().readTree(json));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
