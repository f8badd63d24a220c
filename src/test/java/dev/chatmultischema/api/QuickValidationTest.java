package dev.chatmultischema.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chatmultischema.http.entity.QuicklyValidated;
import dev.chatmultischema.message.Content;
import dev.chatmultischema.message.InvalidContent;
import io.dropwizard.jersey.validation.Validators;
import jakarta.validation.Validator;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The checks without reflection agree with the constraint annotations. */
class QuickValidationTest {

  private static final Validator VALIDATOR = Validators.newValidator();
  private static final NewMessage VALID = new NewMessage(content(), null);
  private static final NewMessage WITHOUT_CONTENT = new NewMessage(null, null);

  static Stream<QuicklyValidated> bodies() {
    return Stream.of(
        VALID,
        WITHOUT_CONTENT,
        new NewBatch(null),
        new NewBatch(List.of()),
        new NewBatch(List.of(VALID)),
        new NewBatch(Collections.nCopies(NewBatch.MAX, VALID)),
        new NewBatch(Collections.nCopies(NewBatch.MAX + 1, VALID)),
        new NewBatch(List.of(VALID, WITHOUT_CONTENT)),
        new NewBatch(Arrays.asList(VALID, null)));
  }

  @ParameterizedTest
  @MethodSource("bodies")
  void agreesWithConstraints(QuicklyValidated body) {
    assertThat(body.isValid()).isEqualTo(VALIDATOR.validate(body).isEmpty());
  }

  private static Content content() {
    try {
      return Content.parse("{\"text\":\"hello\"}".getBytes(StandardCharsets.UTF_8));
    } catch (InvalidContent e) {
      throw new AssertionError(e);
    }
  }
}
