package dev.chatmultischema.health;

import static org.assertj.core.api.Assertions.assertThat;

import com.codahale.metrics.health.HealthCheck;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class FirstCheckTest {

  /** A dependency that is up from its third check on. */
  private static final class Opening extends HealthCheck {
    private int checks;

    @Override
    protected Result check() {
      return ++checks < 3 ? Result.unhealthy("check %d", checks) : Result.healthy();
    }
  }

  @Test
  void waitsForADependencyThatIsBeingConnected() {
    assertThat(new FirstCheck(new Opening(), Duration.ofMinutes(1)).execute().isHealthy()).isTrue();
  }

  @Test
  void reportsADependencyThatStaysDownAndRepeatsNoFurther() {
    var check = new FirstCheck(new Opening(), Duration.ZERO);

    assertThat(check.execute().getMessage()).isEqualTo("check 1");
    assertThat(check.execute().getMessage()).isEqualTo("check 2");
    assertThat(check.execute().isHealthy()).isTrue();
  }
}
