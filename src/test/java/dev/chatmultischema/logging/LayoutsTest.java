package dev.chatmultischema.logging;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dropwizard.logging.common.layout.DiscoverableLayoutFactory;
import java.util.TimeZone;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

final class LayoutsTest {

  private static final RequestTrace TRACE =
      RequestTrace.parse("web-17", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");

  private final Logger logger = (Logger) LoggerFactory.getLogger(LayoutsTest.class);

  @Test
  void jsonHasTheFieldsOfTheRequestBesideTheOthers() throws Exception {
    JsonLayoutFactory.setNode("node-1");
    JsonNode line;
    try (var fields = LogFields.of(TRACE).with("tenant", "t1").with("message_id", null)) {
      line = new ObjectMapper().readTree(line(new JsonLayoutFactory()));
    }
    assertThat(line.get("message").asText()).isEqualTo("stored\nit");
    assertThat(line.get("node").asText()).isEqualTo("node-1");
    assertThat(line.get("request_id").asText()).isEqualTo("web-17");
    assertThat(line.get("trace_id").asText()).isEqualTo(TRACE.traceId());
    assertThat(line.get("tenant").asText()).isEqualTo("t1");
    assertThat(line.has("message_id")).isFalse();
    assertThat(new ObjectMapper().readTree(line(new JsonLayoutFactory())).has("request_id"))
        .isFalse();
  }

  @Test
  void textEndsWithTheRequestIdIfThereIsOne() {
    assertThat(line(new TextLayoutFactory())).endsWith("LayoutsTest: stored | it\n");
    try (var fields = LogFields.of(TRACE)) {
      assertThat(line(new TextLayoutFactory()))
          .endsWith("LayoutsTest: stored | it request_id=web-17\n");
    }
  }

  @Test
  void innerFieldsKeepThoseOfTheThread() {
    try (var outer = LogFields.of(TRACE)) {
      try (var inner = LogFields.of(RequestTrace.parse("other", null)).with("tenant", "t1")) {
        assertThat(line(new TextLayoutFactory())).contains("web-17");
      }
      assertThat(line(new TextLayoutFactory())).contains("web-17");
      assertThat(line(new JsonLayoutFactory())).doesNotContain("t1");
    }
  }

  private String line(DiscoverableLayoutFactory<ILoggingEvent> factory) {
    var context = (LoggerContext) LoggerFactory.getILoggerFactory();
    var layout = factory.build(context, TimeZone.getTimeZone("UTC"));
    layout.start();
    var event = new LoggingEvent(null, logger, Level.INFO, "stored\n{}", null, new Object[] {"it"});
    return layout.doLayout(event);
  }
}
