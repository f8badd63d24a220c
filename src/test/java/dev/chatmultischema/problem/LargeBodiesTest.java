package dev.chatmultischema.problem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.ws.rs.container.ContainerRequestContext;
import java.net.URI;
import org.glassfish.jersey.internal.MapPropertiesDelegate;
import org.glassfish.jersey.server.ContainerRequest;
import org.junit.jupiter.api.Test;

class LargeBodiesTest {

  private final LargeBodies bodies = new LargeBodies(1024 * 1024);

  private static ContainerRequestContext request() {
    var base = URI.create("http://localhost/");
    return new ContainerRequest(base, base, "POST", null, new MapPropertiesDelegate(), null);
  }

  @Test
  void refusesWhatFindsNoRoomUntilOthersAreAnswered() {
    var first = request();
    var second = request();
    bodies.reserve(first, 600_000);
    assertThatThrownBy(() -> bodies.reserve(second, 600_000))
        .isInstanceOfSatisfying(
            ProblemException.class,
            refused -> {
              assertThat(refused.problem().status()).isEqualTo(503);
              assertThat(refused.retryAfter()).isPresent();
            });
    // Its answer gives nothing back, as it had nothing.
    bodies.filter(second, null);
    assertThatThrownBy(() -> bodies.reserve(request(), 600_000))
        .isInstanceOf(ProblemException.class);

    bodies.filter(first, null);
    bodies.reserve(second, 600_000);
  }

  @Test
  void letsABodyThatIsLargerThanAllRoomPassAlone() {
    var alone = request();
    bodies.reserve(alone, 36_000_000);
    bodies.filter(alone, null);
    bodies.reserve(request(), 600_000);
  }
}
