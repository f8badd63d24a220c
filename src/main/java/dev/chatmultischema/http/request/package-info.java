/**
 * Requests before they reach a servlet: {@link dev.chatmultischema.http.request.RequestBodyHandler}
 * reads the whole body without blocking a thread, decodes it, and then calls the servlet with a
 * permit of a limiter; {@link dev.chatmultischema.http.request.RequestLineHandler} refuses
 * malformed request lines and headers. Bodies are read on Jetty's threads as bytes arrive.
 */
package dev.chatmultischema.http.request;
