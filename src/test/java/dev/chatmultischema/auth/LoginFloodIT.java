package dev.chatmultischema.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.chatmultischema.support.Answer;
import dev.chatmultischema.support.ChatClient;
import dev.chatmultischema.support.ChatService;
import dev.chatmultischema.tenant.TenantId;
import dev.chatmultischema.user.Role;
import dev.chatmultischema.user.User;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Many parallel logins with wrong passwords, and their effect on other requests. */
@Tag("once")
class LoginFloodIT {

  private final AtomicBoolean flooding = new AtomicBoolean(true);
  private final ConcurrentLinkedQueue<Answer> answers = new ConcurrentLinkedQueue<>();
  private final ExecutorService strangers = Executors.newCachedThreadPool();
  private ChatService chat;

  @BeforeEach
  void start() {
    chat = ChatService.start();
  }

  @AfterEach
  void stop() throws InterruptedException {
    flooding.set(false);
    strangers.shutdown();
    assertThat(strangers.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
    chat.close();
  }

  @ParameterizedTest(name = "{0} at once")
  @ValueSource(ints = {50, 120})
  void letsOthersPostAndAdminsLogIn(int parallel) {
    var token = chat.adminToken();
    TenantId tenant = chat.addTenant(token);
    var client = chat.as(token).tenant(tenant);
    var admin = chat.addUser(Role.ADMIN, null);
    // Who has logged in from an address before is not refused because of others' failures there.
    chat.login(admin);
    posts(client, 100);
    var alone = posts(client, 300);
    for (int i = 0; i < parallel; i++) {
      var email = "nobody" + i + "@example.com";
      strangers.execute(() -> flood(email));
    }
    posts(client, 50);

    var during = posts(client, 300);

    System.out.printf(
        "%d logins at once: posts alone p50 %d ms, p99 %d ms; during p50 %d ms, p99 %d ms%n",
        parallel, at(alone, 50), at(alone, 99), at(during, 50), at(during, 99));
    long begun = System.nanoTime();
    await().atMost(Duration.ofSeconds(30)).until(() -> logsIn(admin));
    long login = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun);
    System.out.printf("%d logins at once: an admin's login took %d ms%n", parallel, login);
    assertThat(at(during, 50)).as("ms").isLessThan(500);
    assertThat(answers).isNotEmpty();
    for (var answer : List.copyOf(answers)) {
      if (answer.status() == 429) {
        assertThat(answer.text("/code")).isIn("too_many_logins", "rate_limited");
        assertThat(answer.header("Retry-After")).isNotNull();
      } else {
        answer.expectProblem(401, "invalid_credentials");
      }
    }
    if (parallel > 100) {
      assertThat(answers).extracting(Answer::status).contains(429, 401);
    }
  }

  private void flood(String email) {
    while (flooding.get()) {
      answers.add(login(email, "wrong"));
    }
  }

  private Answer login(String email, String password) {
    return chat.anonymous()
        .post("/authentication/login", Map.of("email", email, "password", password));
  }

  /** Returns false if hashing was too busy for the login. */
  private boolean logsIn(User user) {
    var answer = login(user.email(), ChatService.PASSWORD);
    if (answer.status() == 429) {
      answer.expectProblem(429, "too_many_logins");
      return false;
    }
    answer.expect(200);
    return true;
  }

  private static List<Long> posts(ChatClient client, int count) {
    var times = new ArrayList<Long>();
    for (int i = 0; i < count; i++) {
      long begun = System.nanoTime();
      client.post("/messages", Map.of("content", Map.of("n", i))).expect(202);
      times.add(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun));
    }
    Collections.sort(times);
    return times;
  }

  private static long at(List<Long> sorted, int percent) {
    return sorted.get(sorted.size() * percent / 100);
  }
}
