package dev.chatmultischema.api.stream;

import dev.chatmultischema.http.problem.ProblemException;
import dev.chatmultischema.http.problem.RequestParameter;
import dev.chatmultischema.message.Position;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Collections;
import java.util.Optional;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.Fields;

/**
 * The parameters of a request for a stream.
 *
 * @param ticket the ticket in place of a token and a tenant; empty if the request has none
 * @param position the position after which messages follow; empty if the request has none
 */
record StreamQuery(Optional<String> ticket, Optional<Position> position) {

  private static final String TICKET = "ticket";
  private static final String LAST_EVENT_ID = "Last-Event-ID";

  /** EventSource polyfills add this parameter when they reconnect. */
  private static final String LAST_EVENT_ID_OF_POLYFILLS = "lastEventId";

  private static final String LAST_EVENT_ID_PARAMETER = "last_event_id";

  /**
   * Reads the headers and the query of the URL, and never a body. Of several positions the first
   * that is not blank is used: the header, then {@code lastEventId}, then {@code last_event_id}. A
   * client that reconnects repeats the query of its first request and adds a newer position to it.
   *
   * @throws ProblemException 400 {@code invalid_parameter} if the position has not the form of an
   *     event's id, or if a parameter is repeated
   */
  static StreamQuery of(HttpServletRequest request) {
    var query =
        Request.extractQueryParameters(ServletContextRequest.getServletContextRequest(request));
    var header =
        RequestParameter.single(LAST_EVENT_ID, Collections.list(request.getHeaders(LAST_EVENT_ID)));
    var position =
        position(LAST_EVENT_ID, header)
            .or(() -> position(query, LAST_EVENT_ID_OF_POLYFILLS))
            .or(() -> position(query, LAST_EVENT_ID_PARAMETER));
    return new StreamQuery(Optional.ofNullable(parameter(query, TICKET)), position);
  }

  private static Optional<Position> position(Fields query, String name) {
    return position(name, parameter(query, name));
  }

  private static Optional<Position> position(String name, String text) {
    return RequestParameter.read(name, text, Position::fromString);
  }

  private static String parameter(Fields query, String name) {
    return RequestParameter.single(name, query.getValuesOrEmpty(name));
  }
}
