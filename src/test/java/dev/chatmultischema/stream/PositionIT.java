package dev.chatmultischema.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.chatmultischema.embedded.Backends;
import dev.chatmultischema.support.ChatService;
import dev.chatmultischema.support.HttpConnection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The position of a stream, in each place where a client may give it. */
class PositionIT {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String HEADER = "Last-Event-ID";
  private static final long HEAD = 3;

  private static ChatService node;
  private static Map<String, String> headers;

  @BeforeAll
  static void start() throws Exception {
    var backends = Backends.shared();
    node = ChatService.start();
    var token = node.adminToken();
    var tenant = node.addTenant(token);
    headers = Map.of("Authorization", "Bearer " + token, "X-Tenant-ID", tenant.toString());
    try (var writer = new MessageWriter(backends.databaseUrl(), backends.redisUrl())) {
      writer.publish(tenant, (int) HEAD);
    }
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  /** Opens a stream, with a ticket or a token, and returns its first event. */
  private static SseClient.Event first(Map<String, String> more, String query, boolean ticket)
      throws Exception {
    var all = new HashMap<>(more);
    var path = "/messages/stream?" + query;
    if (ticket) {
      path += "&ticket=" + ticket();
    } else {
      all.putAll(headers);
    }
    try (var client = new SseClient(node.uri().resolve(path), all)) {
      await().until(() -> !client.events().isEmpty());
      return client.events().get(0);
    }
  }

  private static String ticket() throws Exception {
    var uri = node.uri().resolve("/messages/stream/tickets");
    return JSON.readTree(SseClient.send("POST", uri, headers).body()).get("ticket").asText();
  }

  private static SseClient.Event first(String place, String position, boolean ticket)
      throws Exception {
    return place.equals(HEADER)
        ? first(Map.of(HEADER, position), "", ticket)
        : first(Map.of(), place + "=" + position, ticket);
  }

  static Stream<Arguments> places() {
    return Stream.of(HEADER, "lastEventId", "last_event_id")
        .flatMap(place -> Stream.of(Arguments.of(place, false), Arguments.of(place, true)));
  }

  @ParameterizedTest
  @MethodSource("places")
  void continuesAfterAPositionUpToTheHead(String place, boolean ticket) throws Exception {
    for (var position : List.of("0", "2", "3", "003", "0".repeat(40) + "1")) {
      var event = first(place, position, ticket);
      assertThat(event.type()).as(position).isEqualTo("ready");
      assertThat(JSON.readTree(event.data()).get("resumed_from").asLong())
          .isEqualTo(Long.parseLong(position));
    }
  }

  @ParameterizedTest
  @MethodSource("places")
  void resetsAnyPositionBeyondTheHead(String place, boolean ticket) throws Exception {
    for (var position :
        List.of(
            "4",
            "0004",
            "9223372036854775807",
            "9223372036854775808",
            "9".repeat(30),
            "1" + "0".repeat(999))) {
      var event = first(place, position, ticket);
      assertThat(event.type()).as(position).isEqualTo("reset");
      assertThat(event.id()).isEqualTo(Long.toString(HEAD));
      assertThat(JSON.readTree(event.data()).get("resumed_from").isNull()).isTrue();
    }
  }

  @ParameterizedTest
  @MethodSource("places")
  void isLiveWithABlankPosition(String place, boolean ticket) throws Exception {
    for (var position : place.equals(HEADER) ? List.of("", " ") : List.of("", "%20", "+")) {
      var event = first(place, position, ticket);
      assertThat(event.type()).isEqualTo("ready");
      assertThat(event.id()).isEqualTo(Long.toString(HEAD));
    }
  }

  @ParameterizedTest
  @MethodSource("places")
  void refusesInvalidPositions(String place, boolean ticket) throws Exception {
    var inHeader = place.equals(HEADER);
    var access = ticket ? Map.<String, String>of() : headers;
    var query = ticket ? "&ticket=" + ticket() : "";
    for (var position :
        List.of(
            "x", "-1", "-0", inHeader ? "+1" : "%2B1", "1.0", "1e3", inHeader ? "1,1" : "%D9%A1")) {
      var all = new HashMap<>(access);
      var path = "/messages/stream?" + (inHeader ? "" : place + "=" + position) + query;
      if (inHeader) {
        all.put(HEADER, position);
      }
      var refused = SseClient.get(node.uri().resolve(path), all);
      assertThat(refused.statusCode()).as(position).isEqualTo(400);
      var problem = JSON.readTree(refused.body());
      assertThat(problem.get("code").asText()).isEqualTo("invalid_parameter");
      assertThat(problem.at("/errors/0/field").asText()).isEqualTo(place);
      assertThat(problem.at("/errors/0/message").asText())
          .isEqualTo("must be a whole number of at least 0");
    }
    if (ticket) {
      // A request with an invalid position does not redeem the ticket.
      var uri = node.uri().resolve("/messages/stream?" + query);
      try (var client = new SseClient(uri, Map.of())) {
        await().until(() -> !client.events().isEmpty());
      }
    }
  }

  /** A position that a client adds when it reconnects overrides the one of its first request. */
  @ParameterizedTest
  @CsvSource({"1, 2, 3, 1", ", 2, 3, 2", ", , 3, 3", "1, , 3, 1", "1, x, x, 1", ", 2, x, 2"})
  void usesTheNewestOfSeveral(String header, String ofPolyfill, String ofQuery, long expected)
      throws Exception {
    var more = header == null ? Map.<String, String>of() : Map.of(HEADER, header);
    var query =
        "last_event_id=%s&lastEventId=%s".formatted(ofQuery, ofPolyfill == null ? "" : ofPolyfill);
    var event = first(more, query, false);
    assertThat(JSON.readTree(event.data()).get("resumed_from").asLong()).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({"last_event_id=%FF", "last_event_id=%zz", "%FF", "ticket=%C3"})
  void refusesMalformedQueries(String query) throws Exception {
    // Java's client would not send some of them.
    try (var connection = new HttpConnection(node.uri().getPort(), lines(headers))) {
      var refused = connection.request("GET", "/messages/stream?" + query, new byte[0]);
      assertThat(refused.status()).isEqualTo(400);
      assertThat(refused.text()).contains("\"code\":\"bad_request\"");
    }
  }

  private static String lines(Map<String, String> headers) {
    return headers.entrySet().stream()
        .map(header -> header.getKey() + ": " + header.getValue() + "\r\n")
        .collect(Collectors.joining());
  }

  @ParameterizedTest
  @CsvSource({
    "lastEventId=1&lastEventId=2",
    "last_event_id=1&last_event_id=1",
    "ticket=x&ticket=y"
  })
  void refusesARepeatedParameter(String query) throws Exception {
    var refused = SseClient.get(node.uri().resolve("/messages/stream?" + query), headers);
    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(refused.body()).contains(" must be given once\"");
  }
}
