package dev.chatmultischema.bench;

import static org.awaitility.Awaitility.await;

import com.google.common.collect.Lists;
import dev.chatmultischema.amqp.Rabbit;
import dev.chatmultischema.amqp.RabbitFactory;
import dev.chatmultischema.database.DatabaseFactory;
import dev.chatmultischema.database.OwnerDatabase;
import dev.chatmultischema.embedded.DatabaseRoles;
import dev.chatmultischema.support.ChatService;
import dev.chatmultischema.tenant.TenantId;
import dev.chatmultischema.tenant.TenantPartitions;
import dev.chatmultischema.user.UserDao;
import io.dropwizard.core.setup.Environment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/**
 * Thousands of tenants with all their resources, which are created while no service runs.
 *
 * <p>Attaching a partition takes time in proportion to the number of partitions, so ten thousand
 * would take half an hour. Here chunks are attached to a small table, and the entries of the
 * catalog that name their parent are then moved to {@code messages}, which needs a superuser and no
 * concurrent readers.
 */
final class ManyTenants implements AutoCloseable {

  private static final int CHUNK = 100;
  private static final int PROGRESS = 1_000;
  private static final int THREADS = 4;
  private static final int WORKERS = 3;

  private final Environment environment = new Environment("many-tenants");
  private final Jdbi jdbi;
  private final TenantPartitions partitions;
  private final Rabbit rabbit;
  private final String tablesOwner;
  private final UUID owner;
  private final List<TenantId> tenants = new ArrayList<>();

  /** Connects; the user with the e-mail address owns the tenants. */
  ManyTenants(Deployment deployment, String email) throws Exception {
    var database = new DatabaseFactory();
    database.setUrl(deployment.superuserUrl());
    jdbi = database.build(environment);
    var ownerUrl = deployment.ownerUrl();
    tablesOwner = Servers.parse(ownerUrl).user();
    partitions =
        new TenantPartitions(
            new OwnerDatabase(
                ChatService.jdbi(ownerUrl), Optional.of(DatabaseRoles.serviceRole())));
    var factory = new RabbitFactory();
    factory.setUrl(deployment.rabbitmqUrl());
    factory.setQueueType(deployment.queueType());
    rabbit = factory.build(environment, jdbi, ChatService.signatures());
    for (var managed : environment.lifecycle().getManagedObjects()) {
      managed.start();
    }
    await("RabbitMQ")
        .until(() -> environment.healthChecks().runHealthCheck(RabbitFactory.NAME).isHealthy());
    owner = jdbi.onDemand(UserDao.class).findLogin(email).orElseThrow().userId();
  }

  /** Adds tenants up to a number. */
  void growTo(int size) throws Exception {
    var more = Stream.generate(TenantId::create).limit(size - tenants.size()).toList();
    System.out.printf("Adding %,d tenants%n", more.size());
    long started = System.nanoTime();
    for (var chunk : Lists.partition(more, CHUNK)) {
      jdbi.useTransaction(handle -> create(handle, chunk));
      tenants.addAll(chunk);
      if (tenants.size() % PROGRESS == 0) {
        progress("tables of %,d tenants", tenants.size(), started);
      }
    }
    System.out.printf("  restricted %,d partitions%n", partitions.restrictExisting());
    forEach(more, "queues of %,d tenants", rabbit.queues()::declare);
  }

  List<TenantId> tenants() {
    return List.copyOf(tenants);
  }

  private void create(Handle handle, List<TenantId> chunk) {
    handle.execute("SET LOCAL synchronous_commit = off");
    handle.execute("SET LOCAL ROLE " + tablesOwner);
    handle.execute(
        """
        CREATE TABLE public.staging (LIKE public.messages INCLUDING ALL EXCLUDING INDEXES)
        PARTITION BY LIST (tenant_id)
        """);
    var rows =
        handle.prepareBatch(
            "INSERT INTO tenants (tenant_id, tenant_name, user_id, workers) VALUES (?, ?, ?, ?)");
    chunk.forEach(tenant -> rows.add(tenant.value(), "Tenant " + tenant, owner, WORKERS));
    rows.execute();
    for (var tenant : chunk) {
      handle
          .createScript(
              """
              CREATE SCHEMA %1$s;
              CREATE TABLE %1$s.messages (
                LIKE public.messages INCLUDING ALL,
                UNIQUE (seq)
              );
              ALTER TABLE public.staging ATTACH PARTITION %1$s.messages FOR VALUES IN ('%2$s');
              INSERT INTO tenant_heads (tenant_id) VALUES ('%2$s');
              """
                  .formatted(tenant.schema(), tenant))
          .execute();
    }
    handle.execute("RESET ROLE");
    handle
        .createScript(
            """
            UPDATE pg_inherits
            SET inhparent = 'public.messages'::regclass
            WHERE inhparent = 'public.staging'::regclass;
            UPDATE pg_depend
            SET refobjid = 'public.messages'::regclass
            WHERE classid = 'pg_class'::regclass
              AND refclassid = 'pg_class'::regclass
              AND refobjid = 'public.staging'::regclass
              AND objid <> refobjid;
            UPDATE pg_class
            SET relhassubclass = TRUE
            WHERE oid = 'public.messages'::regclass;
            DROP TABLE public.staging;
            """)
        .execute();
    for (var tenant : chunk) {
      handle.execute(
          "ALTER INDEX public.messages_pkey ATTACH PARTITION %s_pkey"
              .formatted(tenant.partition()));
    }
  }

  private static void forEach(List<TenantId> tenants, String what, Consumer<TenantId> work)
      throws Exception {
    long started = System.nanoTime();
    var executor = Executors.newFixedThreadPool(THREADS);
    try {
      int done = 0;
      for (var chunk : Lists.partition(tenants, PROGRESS)) {
        var tasks =
            chunk.stream()
                .map(tenant -> Executors.callable(() -> work.accept(tenant)))
                .map(task -> (Callable<Object>) task)
                .toList();
        for (var finished : executor.invokeAll(tasks)) {
          finished.get();
        }
        done += chunk.size();
        progress(what, done, started);
      }
    } finally {
      executor.shutdownNow();
    }
  }

  private static void progress(String what, int done, long started) {
    var seconds = Duration.ofNanos(System.nanoTime() - started).toSeconds();
    System.out.printf("  " + what + ", %d s%n", done, seconds);
  }

  /** Deletes the queues, so that they do not slow down later runs on the same broker. */
  @Override
  public void close() throws Exception {
    forEach(tenants, "queues of %,d tenants deleted", rabbit.queues()::delete);
    for (var managed : environment.lifecycle().getManagedObjects()) {
      managed.stop();
    }
  }
}
