package dev.chatmultischema.ops;

import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;

/** A response whose text is held back until its status is known. */
final class HeldResponse extends HttpServletResponseWrapper {

  private final StringWriter text = new StringWriter();
  private final PrintWriter writer = new PrintWriter(text);

  HeldResponse(HttpServletResponse response) {
    super(response);
  }

  @Override
  public PrintWriter getWriter() {
    return writer;
  }

  @Override
  public void flushBuffer() {
    writer.flush();
  }

  /** Sends what was held back. */
  void release() throws IOException {
    writer.flush();
    var output = getResponse().getWriter();
    output.write(text.toString());
    output.flush();
  }
}
