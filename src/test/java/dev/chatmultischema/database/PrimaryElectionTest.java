package dev.chatmultischema.database;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chatmultischema.database.PrimaryElection.Primary;
import dev.chatmultischema.database.PrimaryElection.ReadOnly;
import dev.chatmultischema.database.PrimaryElection.Silent;
import dev.chatmultischema.url.HostPort;
import java.util.List;
import org.junit.jupiter.api.Test;

class PrimaryElectionTest {

  private static final HostPort ONE = new HostPort("one", 1);
  private static final HostPort TWO = new HostPort("two", 2);
  private static final Silent SILENT = new Silent("refused");

  private final PrimaryElection election = new PrimaryElection(List.of(ONE, TWO));

  private static Primary primary(long timeline) {
    return new Primary("system", timeline);
  }

  @Test
  void electsThePrimaryAmongStandbys() {
    assertThat(election.record(ONE, new ReadOnly())).isEmpty();
    assertThat(election.isComplete()).isFalse();
    assertThat(election.record(TWO, primary(1))).contains(TWO);
    assertThat(election.isComplete()).isTrue();
    assertThat(election.record(ONE, SILENT)).contains(TWO);
  }

  @Test
  void electsThePromotedServerBesideTheFormerPrimary() {
    election.record(ONE, primary(1));
    assertThat(election.record(TWO, primary(2))).contains(TWO);
    assertThat(election.record(ONE, primary(1))).contains(TWO);
  }

  @Test
  void doesNotReturnToAFormerPrimary() {
    election.record(ONE, primary(1));
    election.record(TWO, primary(2));
    assertThat(election.record(TWO, SILENT)).contains(TWO);
    assertThat(election.record(ONE, primary(1))).contains(TWO);
    assertThat(election.record(TWO, new ReadOnly())).isEmpty();
    assertThat(election.record(ONE, primary(1))).isEmpty();
    assertThat(election).hasToString("one:1 is a former primary, two:2 is a standby or read-only");
    assertThat(election.record(ONE, primary(3))).contains(ONE);
  }

  @Test
  void keepsALostPrimaryUntilAnotherIsPromoted() {
    election.record(TWO, new ReadOnly());
    election.record(ONE, primary(1));
    assertThat(election.record(ONE, SILENT)).contains(ONE);
    assertThat(election.record(TWO, new ReadOnly())).contains(ONE);
    assertThat(election.record(TWO, primary(2))).contains(TWO);
  }

  @Test
  void hasNoPrimaryWhileItIsReadOnly() {
    election.record(TWO, SILENT);
    election.record(ONE, primary(1));
    assertThat(election.record(ONE, new ReadOnly())).isEmpty();
    assertThat(election.record(ONE, primary(1))).contains(ONE);
  }

  @Test
  void usesADatabaseThatWasRestoredElsewhere() {
    election.record(ONE, primary(7));
    election.record(ONE, SILENT);
    assertThat(election.record(TWO, new Primary("restored", 1))).contains(TWO);
  }
}
