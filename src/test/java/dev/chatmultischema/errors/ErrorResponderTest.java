package dev.chatmultischema.errors;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chatmultischema.auth.Unauthenticated;
import java.io.UncheckedIOException;
import org.eclipse.jetty.io.EofException;
import org.junit.jupiter.api.Test;

class ErrorResponderTest {

  private final ErrorResponder errors = new ErrorResponder();

  @Test
  void respondsWithMappedProblem() {
    var error = new Unauthenticated();
    assertThat(ErrorMapping.of(error)).contains(errors.respond(error));
  }

  @Test
  void hidesUnexpectedErrorsBehindAnId() {
    var problem = errors.respond(new IllegalStateException("SELECT secret")).problem();
    assertThat(problem.status()).isEqualTo(500);
    assertThat(problem.code()).isEqualTo("internal_error");
    assertThat(problem.detail())
        .matches("an unexpected error, logged as [0-9a-f-]{36}")
        .doesNotContain("secret");
  }

  @Test
  void reportsClosedConnectionsAsTheClientsOwn() {
    var error = new IllegalStateException(new UncheckedIOException(new EofException("closed")));
    assertThat(errors.respond(error).problem().code()).isEqualTo("client_closed_request");
  }
}
