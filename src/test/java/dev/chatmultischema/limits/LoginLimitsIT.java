package dev.chatmultischema.limits;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chatmultischema.concurrency.DaemonThreads;
import dev.chatmultischema.embedded.Backends;
import dev.chatmultischema.support.Answer;
import dev.chatmultischema.support.ChatService;
import dev.chatmultischema.user.Role;
import dev.chatmultischema.user.User;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Guessing passwords, through a proxy that the service trusts. */
@Tag("once")
class LoginLimitsIT {

  private static final String ATTACKER = "203.0.113.9";
  private static final String HOME = "198.51.100.7";

  /** The guesses at one address of e-mail that are not refused. */
  private static final int LIMIT = 10;

  /** Fewer than the limit, so that some of the guesses that are not refused come at once. */
  private static final int IN_TURN = 8;

  private static final ExecutorService GUESSING =
      DaemonThreads.pool("guessing-%d", 40, Integer.MAX_VALUE);

  private static ChatService chat;

  @BeforeAll
  static void start() throws Exception {
    chat =
        ChatService.on(Backends.shared())
            .environment("TRUSTED_PROXIES", "127.0.0.0/8, ::1")
            // Nothing is forgotten while a test runs.
            .setting("limits.loginWindow", "10h")
            .start();
  }

  @AfterAll
  static void stop() {
    chat.close();
    GUESSING.shutdown();
  }

  private static Answer login(String email, String password, String forwardedFor) {
    return chat.anonymous()
        .with("X-Forwarded-For", forwardedFor)
        .post("/authentication/login", Map.of("email", email, "password", password));
  }

  /**
   * Tries wrong passwords: the first ones in turn, since hashing pauses while others wait, and the
   * rest at once, since each refusal is sent a second late.
   */
  private static List<Answer> guess(String email, int times, String address) {
    var answers = new ArrayList<Answer>();
    for (int i = 0; i < Math.min(times, IN_TURN); i++) {
      answers.add(login(email, "wrong " + i, address));
    }
    IntStream.range(IN_TURN, Math.max(times, IN_TURN))
        .mapToObj(
            i -> CompletableFuture.supplyAsync(() -> login(email, "wrong " + i, address), GUESSING))
        .toList()
        .forEach(answer -> answers.add(answer.join()));
    // An attempt that found too many others waiting for hashing has not been counted.
    for (int i = IN_TURN; i < Math.min(times, LIMIT); i++) {
      answers.add(login(email, "wrong again " + i, address));
    }
    return answers;
  }

  private static User user() {
    return chat.addUser(Role.USER, null);
  }

  private static void assertLimited(Answer answer) {
    answer.expectProblem(429, "rate_limited");
    assertThat(Long.parseLong(answer.header("Retry-After"))).isPositive();
    assertThat(answer.header("RateLimit-Policy")).matches("\"login[a-z-]*\";q=\\d+;w=36000");
    assertThat(answer.header("RateLimit")).matches("\"login[a-z-]*\";r=0;t=\\d+");
  }

  @Test
  void refusesTheRightPasswordAfter102WrongOnesButNotFromElsewhere() {
    var email = user().email();
    var answers = guess(email, 102, ATTACKER);
    assertThat(answers).filteredOn(answer -> answer.status() == 401).hasSizeLessThanOrEqualTo(11);
    answers.stream()
        .filter(answer -> answer.status() != 401)
        .limit(3)
        .forEach(
            answer -> assertThat(answer.text("/code")).isIn("rate_limited", "too_many_logins"));

    assertLimited(login(email, ChatService.PASSWORD, ATTACKER));
    login(email, ChatService.PASSWORD, HOME).expect(200);
    assertLimited(login(email, ChatService.PASSWORD, ATTACKER));
    // What a client puts before the address that the proxy has written is ignored.
    assertLimited(login(email, ChatService.PASSWORD, HOME + ", " + ATTACKER));
    assertThat(chat.admin().get("/prometheus").body())
        .containsPattern("chat_limited_total\\{limit=\"login\",} [1-9]");
  }

  @Test
  void treatsUnknownUsersAlike() {
    var unknown = "nobody-of-this-name@example.com";
    guess(unknown, 20, "203.0.113.20");
    assertLimited(login(unknown, "wrong", "203.0.113.20"));
    login(unknown, "wrong", HOME).expectProblem(401, "invalid_credentials");
  }

  @Test
  void letsAUserInWhileOthersGuessFromManyAddresses() {
    var email = user().email();
    for (int i = 0; i < 12; i++) {
      guess(email, 3, "192.0.2." + i);
    }
    assertLimited(login(email, ChatService.PASSWORD, "192.0.2.1"));
    login(email, ChatService.PASSWORD, HOME).expect(200);
    login(email, "a typing error", HOME).expectProblem(401, "invalid_credentials");
    login(email, ChatService.PASSWORD, HOME).expect(200);
  }

  @Test
  void countsTheAddressesOfAnIpv6NetworkAsOne() {
    var email = user().email();
    for (int i = 1; i <= 12; i++) {
      guess(email, 1, "2001:db8::" + i);
    }
    assertLimited(login(email, ChatService.PASSWORD, "2001:db8::ffff"));
    login(email, ChatService.PASSWORD, "2001:db8:0:1::1").expect(200);
  }
}
