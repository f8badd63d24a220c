package dev.chatmultischema.prometheus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chatmultischema.tenant.TenantId;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

final class TenantLabelsTest {

  private static TenantId tenant() {
    return new TenantId(UUID.randomUUID());
  }

  @Test
  void othersShareALabel() {
    var labels = new TenantLabels(2);
    var first = tenant();
    var second = tenant();
    assertThat(labels.label(first)).isEqualTo(first.toString());
    assertThat(labels.label(second)).isEqualTo(second.toString());
    assertThat(labels.label(tenant())).isEqualTo(TenantLabels.OTHER);
    assertThat(labels.label(first)).isEqualTo(first.toString());
  }

  @Test
  void aDeletedTenantReleasesItsLabel() {
    var labels = new TenantLabels(1);
    var deleted = tenant();
    var next = tenant();
    assertThat(labels.label(deleted)).isEqualTo(deleted.toString());
    assertThat(labels.release(next)).isFalse();
    assertThat(labels.release(deleted)).isTrue();
    assertThat(labels.label(next)).isEqualTo(next.toString());
  }

  @Test
  void noTenantHasALabelIfTheMaximumIsZero() {
    assertThat(new TenantLabels(0).label(tenant())).isEqualTo(TenantLabels.OTHER);
  }

  @Test
  void reservesLabelsForThoseThatAreNamedFirst() {
    var labels = new TenantLabels(2);
    var busiest = tenant();
    var second = tenant();
    var third = tenant();
    labels.reserve(List.of(busiest, second, third));
    assertThat(labels.label(third)).isEqualTo(TenantLabels.OTHER);
    assertThat(labels.label(busiest)).isEqualTo(busiest.toString());
    assertThat(labels.label(second)).isEqualTo(second.toString());
  }
}
