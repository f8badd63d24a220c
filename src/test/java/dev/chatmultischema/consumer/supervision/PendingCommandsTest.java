package dev.chatmultischema.consumer.supervision;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chatmultischema.cluster.Command;
import dev.chatmultischema.cluster.Receipt;
import dev.chatmultischema.consumer.supervision.ConsumerSlot.Step;
import dev.chatmultischema.json.StrictJson;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PendingCommandsTest {

  private final List<Receipt> written = new ArrayList<>();
  private final PendingCommands commands =
      new PendingCommands("a", (command, receipt) -> written.add(receipt), StrictJson.mapper());
  private final ConsumerSlot first = slot(1);
  private final ConsumerSlot second = slot(2);
  private final List<ConsumerSlot> slots = List.of(first, second);

  private static ConsumerSlot slot(int number) {
    var slot = new ConsumerSlot(TestTenants.running(number, 3));
    slot.setAssigned(true);
    slot.begin(Step.START);
    slot.complete(new FakeConsumer(3));
    return slot;
  }

  @Test
  void writesAReceiptOnceTheDesiredStateIsReached() {
    commands.add(new Command(1, "kill-consumers", Set.of(TestTenants.id(1))), slots);
    first.setDesired(TestTenants.stopped(1));
    assertThat(commands.pollDue(slots)).isEmpty();
    assertThat(commands.isEmpty()).isFalse();
    first.begin(Step.STOP);
    assertThat(commands.pollDue(slots)).isEmpty();
    first.complete(null);
    commands.write(commands.pollDue(slots));
    assertThat(written).containsExactly(new Receipt("a", true, "0 running here, 1 before"));
    assertThat(commands.isEmpty()).isTrue();
    assertThat(commands.pollDue(slots)).isEmpty();
  }

  @Test
  void waitsForAllTenantsOfACommandToAll() {
    commands.add(new Command(1, "kill-consumers", Set.of()), slots);
    first.setDesired(TestTenants.stopped(1));
    first.begin(Step.STOP);
    first.complete(null);
    second.setDesired(TestTenants.stopped(2));
    assertThat(commands.pollDue(slots)).isEmpty();
    second.begin(Step.STOP);
    second.complete(null);
    commands.write(commands.pollDue(slots));
    assertThat(written).containsExactly(new Receipt("a", true, "0 running here, 2 before"));
  }

  @Test
  void reportsConsumersAtOnce() {
    first.begin(Step.STOP);
    commands.add(new Command(1, Command.LIST_CONSUMERS, Set.of(TestTenants.id(1))), slots);
    commands.write(commands.pollDue(slots));
    assertThat(written)
        .singleElement()
        .satisfies(
            receipt -> {
              assertThat(receipt.succeeded()).isTrue();
              assertThat(receipt.report())
                  .contains("\"actual\":\"stopping\"", "\"wanted\":\"running\"")
                  .contains(TestTenants.id(1).toString())
                  .doesNotContain(TestTenants.id(2).toString());
            });
  }

  @Test
  void writesAReceiptAlthoughItHasNoTenantOfTheCommand() {
    commands.add(new Command(1, "kill-consumers", Set.of(TestTenants.id(9))), slots);
    commands.write(commands.pollDue(slots));
    assertThat(written).containsExactly(new Receipt("a", true, "0 running here, 0 before"));
  }
}
