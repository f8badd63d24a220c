package dev.chatmultischema.http.request;

import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;

/** A request whose content is in memory or was not read, so that reading it never blocks. */
final class BufferedRequest extends Request.Wrapper {

  private final HttpFields headers;
  private final Content.Source content;
  private final long length;

  private BufferedRequest(Request request, HttpFields headers, ByteBuffer content, long length) {
    super(request);
    this.headers = headers;
    this.content = Content.Source.from(content);
    this.length = length;
  }

  /** Returns the request with its decoded body. */
  static BufferedRequest with(Request request, RequestBody body) {
    request.setAttribute(RequestBody.ATTRIBUTE, body);
    var headers = request.getHeaders();
    if (headers.contains(HttpHeader.CONTENT_ENCODING)) {
      headers =
          HttpFields.build(headers)
              .remove(HttpHeader.CONTENT_ENCODING)
              .remove(HttpHeader.TRANSFER_ENCODING)
              .put(HttpHeader.CONTENT_LENGTH, body.length())
              .asImmutable();
    }
    return new BufferedRequest(
        request, headers, ByteBuffer.wrap(body.array(), 0, body.length()), body.length());
  }

  /** Returns the request with an empty body, for a response that does not depend on the body. */
  static BufferedRequest withoutBody(Request request) {
    var headers = request.getHeaders();
    if (headers.contains(HttpHeader.CONTENT_ENCODING)) {
      headers = HttpFields.build(headers).remove(HttpHeader.CONTENT_ENCODING).asImmutable();
    }
    return new BufferedRequest(request, headers, ByteBuffer.allocate(0), request.getLength());
  }

  @Override
  public HttpFields getHeaders() {
    return headers;
  }

  @Override
  public long getLength() {
    return length;
  }

  @Override
  public Content.Chunk read() {
    return content.read();
  }

  @Override
  public void demand(Runnable demandCallback) {
    content.demand(demandCallback);
  }

  @Override
  public void fail(Throwable failure) {
    content.fail(failure);
    super.fail(failure);
  }
}
