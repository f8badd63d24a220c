package dev.chatmultischema;

import dev.chatmultischema.admin.AdminTasks;
import dev.chatmultischema.amqp.topology.TenantQueues;
import dev.chatmultischema.api.Api;
import dev.chatmultischema.api.MessageResource;
import dev.chatmultischema.api.history.ImportResource;
import dev.chatmultischema.api.security.TokenBudgetKeys;
import dev.chatmultischema.auth.ExternalVerifier;
import dev.chatmultischema.auth.JwtAuthenticator;
import dev.chatmultischema.auth.KeyEvents;
import dev.chatmultischema.auth.PasswordHashing;
import dev.chatmultischema.cli.CommandLineInterface;
import dev.chatmultischema.cli.Commands;
import dev.chatmultischema.cli.ProcessText;
import dev.chatmultischema.cli.StopDeadline;
import dev.chatmultischema.cli.UserCommand;
import dev.chatmultischema.cluster.NodeRegistry;
import dev.chatmultischema.config.ConfigurationFile;
import dev.chatmultischema.history.HistoryFactory;
import dev.chatmultischema.json.StrictJson;
import dev.chatmultischema.limits.LimitsFactory;
import dev.chatmultischema.logging.JsonLayoutFactory;
import dev.chatmultischema.logging.ListeningLog;
import dev.chatmultischema.message.Epochs;
import dev.chatmultischema.message.ErasedSenders;
import dev.chatmultischema.openapi.OpenApi;
import dev.chatmultischema.tenant.TenantDao;
import dev.chatmultischema.tenant.TenantDirectory;
import dev.chatmultischema.user.UserDirectory;
import io.dropwizard.core.Application;
import io.dropwizard.core.server.AbstractServerFactory;
import io.dropwizard.core.setup.Bootstrap;
import io.dropwizard.core.setup.Environment;
import java.util.Locale;
import java.util.Map;
import java.util.TimeZone;

/** Chat Multi Schema: builds all parts of the service, in order. */
public class ChatApplication extends Application<ChatConfiguration> {

  public static void main(String... arguments) {
    // Formatting and comparison in libraries must not depend on the platform's locale.
    Locale.setDefault(Locale.ROOT);
    TimeZone.setDefault(TimeZone.getTimeZone("UTC"));
    StopDeadline.install();
    try {
      new ChatApplication().run(ProcessText.arguments(arguments));
    } catch (Commands.Refused e) {
      System.err.println(e.getMessage());
      System.exit(1);
    }
  }

  @Override
  public void run(String... arguments) {
    var bootstrap = new Bootstrap<>(this);
    addDefaultCommands(bootstrap);
    initialize(bootstrap);
    bootstrap.registerMetrics();
    CommandLineInterface.run(bootstrap, System.out, System.err, arguments)
        .ifPresent(this::onFatalError);
  }

  @Override
  public String getName() {
    return "tenant-api";
  }

  @Override
  public void initialize(Bootstrap<ChatConfiguration> bootstrap) {
    bootstrap.setConfigurationSourceProvider(ConfigurationFile.with(ProcessText::variable));
    bootstrap.setConfigurationFactoryFactory(ConfigurationFile.format(ChatConfiguration::readFrom));
    bootstrap.setObjectMapper(StrictJson.mapper());
    bootstrap.addCommand(new Commands.Db<>(ChatConfiguration.class));
    bootstrap.addCommand(new UserCommand<>(ChatConfiguration.class));
  }

  @Override
  protected void addDefaultCommands(Bootstrap<ChatConfiguration> bootstrap) {
    bootstrap.addCommand(new Commands.Server<>(this));
    bootstrap.addCommand(new Commands.Check<>(this));
  }

  /**
   * Builds all parts and starts none. Parts stop in reverse order: streams and consumers stop
   * before the connections that they use.
   */
  @Override
  public void run(ChatConfiguration config, Environment env) {
    JsonLayoutFactory.setNode(config.nodeId());
    // The tokens are built first, so that nothing else is built if the secret is refused.
    var tokens = config.auth().build();

    var signatures = config.auth().signatures();

    var jdbi = config.database().build(env);
    var owner = config.database().buildOwner(env, jdbi);
    var metrics = config.prometheus().build(env, jdbi);
    var rabbit = config.amqp().build(env, jdbi, signatures);
    var redis = config.redis().build(env, signatures);
    rabbit.queues().onDeadLetterQueue(() -> redis.publishWakeup(TenantQueues.WAKEUP));
    redis.onWakeup(TenantQueues.WAKEUP, rabbit.queues()::noteDeadLetterQueue);

    var nodes = new NodeRegistry(config.nodeId(), jdbi, rabbit::isReachable);
    env.lifecycle().manage(nodes);
    var limits =
        config
            .limits()
            .build(
                env,
                jdbi,
                metrics,
                nodes::live,
                () -> redis.publishWakeup(LimitsFactory.WAKEUP),
                action -> redis.onWakeup(LimitsFactory.WAKEUP, action));

    var tenants = new TenantDirectory(jdbi.onDemand(TenantDao.class));
    var users = new UserDirectory(jdbi);
    var identities = config.identity().build(env, jdbi, metrics, limits.externalMembers());
    var authenticator = new JwtAuthenticator(tokens, users, new ExternalVerifier(identities));

    var events = config.audit().build(env, config.nodeId(), jdbi);
    env.lifecycle().manage(new KeyEvents(jdbi, events, tokens));
    var responses = config.http().responses().build(env);
    config
        .http()
        .build(
            env,
            new TokenBudgetKeys(authenticator, tenants),
            Map.of(MessageResource.BATCH_PATH, MessageResource.MAX_BATCH_BYTES),
            ImportResource::streamsBodyOf,
            AdminTasks.refusals(events));
    config.cors().build(env);
    ((AbstractServerFactory) config.getServerFactory()).setRegisterDefaultExceptionMappers(false);
    var api = new Api(env, jdbi, events);
    api.mapErrors();
    api.authenticate(authenticator, tenants);
    var passwords = new PasswordHashing();
    env.lifecycle().manage(passwords);
    api.serveLogin(passwords, tokens, limits.logins(), config.http().proxies().build());
    api.serveUsers(users, passwords, limits);
    api.serveLimits(limits.overrides());
    api.serveAudit();
    api.serveMessages(
        rabbit.publisher(),
        limits.messages(),
        metrics,
        responses,
        config.http().responses().maxPageBytes());
    var erased = new ErasedSenders(jdbi);
    env.lifecycle().manage(erased);
    redis.onWakeup(HistoryFactory.WAKEUP, erased::wake);
    var histories =
        config
            .history()
            .build(
                env,
                jdbi,
                owner,
                rabbit.deadLetters(),
                erased,
                events,
                () -> redis.publishWakeup(HistoryFactory.WAKEUP));
    api.serveHistories(histories, responses);
    var epochs = new Epochs(jdbi, redis.heads());
    var consumers =
        config.consumer().build(env, nodes, jdbi, rabbit, redis, epochs, erased, metrics);
    var streams =
        config.stream()
            .build(env, redis, jdbi, epochs, erased, identities.issuers(), limits, metrics);
    api.serveStreams(streams, authenticator, users, tenants, identities.issuers());
    var provisioner =
        config
            .provisioning()
            .build(env, jdbi, owner, rabbit.queues(), consumers, tenants, limits, metrics, events);
    api.serveTenants(provisioner, config.provisioning().getWorkers());
    api.serveIdentities(identities, tokens, events);
    AdminTasks.register(
        env,
        config.nodeId(),
        jdbi,
        consumers,
        rabbit,
        limits.overrides(),
        histories,
        epochs,
        metrics,
        responses,
        config.source());
    config.console().build(env, nodes, jdbi, consumers, rabbit, metrics);
    OpenApi.register(env);
    config.demo().build(env);

    var drain = config.http().connections().drain();
    StopDeadline.delay(drain.delay());
    env.lifecycle().addServerLifecycleListener(new ListeningLog());
    // This part is built last: it replaces health checks that the other parts have registered.
    config.health().build(env, jdbi, owner, metrics.registry(), drain::isDraining);
  }
}
