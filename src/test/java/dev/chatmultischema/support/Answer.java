package dev.chatmultischema.support;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.UncheckedIOException;
import java.net.http.HttpHeaders;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.Callable;

/** A response of the service. */
public record Answer(int status, HttpHeaders headers, String body) {

  private static final ObjectMapper JSON = new ObjectMapper(JsonEquality.ANY_LENGTH.copy());

  static Answer of(HttpResponse<String> response) {
    return new Answer(response.statusCode(), response.headers(), response.body());
  }

  /**
   * Repeats a request while the response is 503, as clients do.
   *
   * @param patience the time after which the test fails
   */
  public static Answer repeated(Duration patience, Callable<Answer> request) {
    return await().atMost(patience).until(request, answer -> answer.status() != 503);
  }

  /** Fails the test, showing the body, if the status is another one. */
  public Answer expect(int expected) {
    assertEquals(expected, status, body);
    return this;
  }

  /** Fails the test unless this is a problem with the status and the machine-readable code. */
  public Answer expectProblem(int expected, String code) {
    expect(expected);
    assertEquals("application/problem+json", header("Content-Type"), body);
    assertEquals(code, text("/code"), body);
    assertEquals(expected, json().path("status").asInt(), body);
    return this;
  }

  public JsonNode json() {
    try {
      return JSON.readTree(body);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException("not JSON: " + body, e);
    }
  }

  /** Returns the value at a JSON pointer, as in {@code /data/0/seq}; empty if there is none. */
  public String text(String pointer) {
    return json().at(pointer).asText();
  }

  /** Returns the first value of a header, or null. */
  public String header(String name) {
    return headers.firstValue(name).orElse(null);
  }
}
