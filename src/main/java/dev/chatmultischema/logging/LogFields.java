package dev.chatmultischema.logging;

import java.util.ArrayList;
import java.util.List;
import org.slf4j.MDC;

/**
 * Fields of all log lines that the current thread writes until this is closed. The layout {@code
 * json} has each as a field of its own, {@code text} the request id.
 *
 * <p>A field that the thread has already keeps its value, and stays.
 */
public final class LogFields implements AutoCloseable {

  static final String REQUEST_ID = "request_id";
  private static final String TRACE_ID = "trace_id";

  private final List<String> added = new ArrayList<>(4);

  private LogFields() {}

  /** Adds {@code request_id} and {@code trace_id}, those that the trace has. */
  public static LogFields of(RequestTrace trace) {
    return new LogFields().with(REQUEST_ID, trace.requestId()).with(TRACE_ID, trace.traceId());
  }

  /** Adds a field; a null value adds none. */
  public LogFields with(String name, Object value) {
    if (value != null && MDC.get(name) == null) {
      MDC.put(name, value.toString());
      added.add(name);
    }
    return this;
  }

  @Override
  public void close() {
    added.forEach(MDC::remove);
  }
}
