package dev.chatmultischema.api;

import dev.chatmultischema.api.security.TenantFilter;
import dev.chatmultischema.api.security.TenantScoped;
import dev.chatmultischema.auth.Caller;
import dev.chatmultischema.http.limits.ByteBudget;
import dev.chatmultischema.http.problem.Problem;
import dev.chatmultischema.http.problem.ProblemException;
import dev.chatmultischema.http.problem.RequestParameter;
import dev.chatmultischema.http.trace.RequestIdHandler;
import dev.chatmultischema.json.StrictUuid;
import dev.chatmultischema.limits.MessageLimits;
import dev.chatmultischema.message.Content;
import dev.chatmultischema.message.Draft;
import dev.chatmultischema.message.Limit;
import dev.chatmultischema.message.Message;
import dev.chatmultischema.message.MessageCursor;
import dev.chatmultischema.message.MessageCursor.Order;
import dev.chatmultischema.message.MessageDao;
import dev.chatmultischema.message.MessagePublisher;
import dev.chatmultischema.prometheus.ChatMetrics;
import dev.chatmultischema.tenant.TenantId;
import dev.chatmultischema.tenant.TenantMissing;
import dev.chatmultischema.tenant.TenantPartitions;
import io.dropwizard.auth.Auth;
import io.dropwizard.jackson.JsonSnakeCase;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jdbi.v3.core.JdbiException;

/** Publishes messages of a tenant, and reads stored ones. */
@Tag(name = "Messages")
@Path("/messages")
@TenantScoped
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
public final class MessageResource {

  public static final String BATCH_PATH = "/messages/batch";

  /** The bytes of a full batch of the largest content, and 4 MiB for white space and escapes. */
  public static final int MAX_BATCH_BYTES = NewBatch.MAX * Content.MAX_BYTES + 4 * 1024 * 1024;

  /**
   * While a page is read, memory holds the driver's bytes, and text with up to two bytes for each
   * of them.
   */
  private static final long COPIES = 3;

  /** Estimated bytes of a message without its content. */
  private static final long MESSAGE_BYTES = 256;

  private final MessagePublisher publisher;
  private final MessageDao messages;
  private final MessageLimits limits;
  private final ChatMetrics metrics;
  private final ByteBudget responses;
  private final long maxPageBytes;

  /**
   * @param maxPageBytes the bytes of content after which a page ends
   */
  MessageResource(
      MessagePublisher publisher,
      MessageDao messages,
      MessageLimits limits,
      ChatMetrics metrics,
      ByteBudget responses,
      long maxPageBytes) {
    this.publisher = publisher;
    this.messages = messages;
    this.limits = limits;
    this.metrics = metrics;
    this.responses = responses;
    this.maxPageBytes = maxPageBytes;
  }

  /** The response to a message that the broker has confirmed. */
  @JsonSnakeCase
  public record Accepted(UUID messageId, TenantId tenantId, Instant acceptedAt) {}

  /** The response to a batch that the broker has confirmed, in its order. */
  @JsonSnakeCase
  public record AcceptedBatch(List<UUID> messageIds) {}

  /** A page of messages; its cursor continues behind it, also at the end of the list. */
  @JsonSnakeCase
  @Schema(name = "MessagePage")
  public record Page(
      List<Message> data, String nextCursor, boolean hasMore, int epoch, long firstSeq) {}

  /** Publishes a message, and responds after the broker's confirm; no thread waits for it. */
  @Operation(operationId = "publishMessage", summary = "Publish a message")
  @POST
  @ApiResponse(
      responseCode = "202",
      content =
          @io.swagger.v3.oas.annotations.media.Content(
              schema = @Schema(implementation = Accepted.class)))
  public CompletionStage<Response> publish(
      @Auth Caller caller,
      @HeaderParam(TenantFilter.HEADER) TenantId tenant,
      @Context HttpServletRequest request,
      @NotNull @Valid NewMessage message) {
    var draft = message.draft(caller, now());
    var response = new Accepted(draft.messageId(), tenant, draft.createdAt());
    return accept(caller, tenant, request, List.of(draft), response);
  }

  /**
   * Publishes as {@link #publish} does, under a second path. No path pattern can serve both: JAX-RS
   * matches {@code /messages} with methods without a path only (JAX-RS 3.1, section 3.7.2).
   */
  @Operation(operationId = "publishMessageToo", summary = "Publish a message (alternative path)")
  @POST
  @Path("/publish")
  @ApiResponse(
      responseCode = "202",
      content =
          @io.swagger.v3.oas.annotations.media.Content(
              schema = @Schema(implementation = Accepted.class)))
  public CompletionStage<Response> publishUnderAlias(
      @Auth Caller caller,
      @HeaderParam(TenantFilter.HEADER) TenantId tenant,
      @Context HttpServletRequest request,
      @NotNull @Valid NewMessage message) {
    return publish(caller, tenant, request, message);
  }

  /**
   * Publishes messages in their order, and responds after all confirms; after an error a client may
   * send the same ids again.
   */
  @Operation(operationId = "publishMessages", summary = "Publish up to 500 messages in order")
  @POST
  @Path("/batch")
  @ApiResponse(
      responseCode = "202",
      content =
          @io.swagger.v3.oas.annotations.media.Content(
              schema = @Schema(implementation = AcceptedBatch.class)))
  public CompletionStage<Response> publishBatch(
      @Auth Caller caller,
      @HeaderParam(TenantFilter.HEADER) TenantId tenant,
      @Context HttpServletRequest request,
      @NotNull @Valid NewBatch batch) {
    var now = now();
    var drafts = batch.messages().stream().map(message -> message.draft(caller, now)).toList();
    var response = new AcceptedBatch(drafts.stream().map(Draft::messageId).toList());
    return accept(caller, tenant, request, drafts, response);
  }

  /**
   * Returns a page of stored messages, sorted by {@code seq}. It ends after {@code limit} messages,
   * or earlier after the configured bytes of content.
   */
  @Operation(operationId = "listMessages", summary = "List stored messages")
  @GET
  public Page list(
      @Auth Caller caller,
      @HeaderParam(TenantFilter.HEADER) TenantId tenant,
      @QueryParam("cursor") String cursor,
      @QueryParam("limit") String limit,
      @QueryParam("order") String order,
      @Context HttpServletRequest request) {
    var from =
        start(
            RequestParameter.read("cursor", cursor, MessageCursor::fromString),
            RequestParameter.read("order", order, Order::fromString));
    var max = RequestParameter.read("limit", limit, Limit::fromString).orElse(Limit.DEFAULT);
    var reservation = responses.open(request).closeAfter(request);
    long reserved = reservation.reserve(COPIES * Content.MAX_BYTES, COPIES * maxPageBytes);
    long maxBytes = Math.min(maxPageBytes, reserved / COPIES);
    var page = read(tenant, () -> messages.page(tenant, from, max.value(), maxBytes));
    if (!from.isValidIn(page.epoch())) {
      throw new ProblemException(
          Problem.of(
              410,
              "cursor_reset",
              "messages were lost since the cursor was returned; begin again without a cursor"));
    }
    reservation.set(page.messages().stream().mapToLong(MessageResource::heldBytes).sum());
    return new Page(
        page.messages(),
        from.after(page.messages()).toString(),
        page.hasMore(),
        page.epoch(),
        page.firstSeq());
  }

  /** Returns the estimated memory of a message in bytes; a character needs up to two bytes. */
  private static long heldBytes(Message message) {
    return MESSAGE_BYTES + 2L * message.content().json().length();
  }

  private static MessageCursor start(Optional<MessageCursor> cursor, Optional<Order> order) {
    var from = cursor.orElseGet(() -> MessageCursor.start(order.orElse(Order.ASC)));
    if (order.isPresent() && order.get() != from.order()) {
      throw new ProblemException(Problem.invalidParameter("order", "must be that of the cursor"));
    }
    return from;
  }

  /** Returns a stored message; 404 {@code message_not_found} if there is none with the id. */
  @Operation(operationId = "getMessage", summary = "Read a message")
  @GET
  @Path("/{message_id}")
  public Message get(
      @Auth Caller caller,
      @HeaderParam(TenantFilter.HEADER) TenantId tenant,
      @PathParam("message_id") String messageId) {
    return StrictUuid.parse(messageId)
        .flatMap(id -> read(tenant, () -> messages.find(tenant, id)))
        .orElseThrow(
            () ->
                new ProblemException(
                    Problem.of(
                        404, "message_not_found", "there is no such message in this tenant")));
  }

  private CompletionStage<Response> accept(
      Caller caller,
      TenantId tenant,
      HttpServletRequest request,
      List<Draft> drafts,
      Object response) {
    int count = drafts.size();
    long bytes = 0;
    for (var draft : drafts) {
      bytes += draft.content().bytes();
    }
    var scarce = limits.take(tenant, caller.userId(), count, bytes);
    return publisher
        .publish(tenant, drafts, RequestIdHandler.trace(request))
        .thenApply(
            confirmed -> {
              metrics.of(tenant).accepted().inc(count);
              var accepted = Response.accepted(response);
              scarce.ifPresent(limit -> limit.headers().forEach(accepted::header));
              return accepted.build();
            });
  }

  /**
   * Runs a query on a tenant's partition.
   *
   * @throws TenantMissing if the tenant was deleted after {@link TenantFilter} had found it
   */
  private static <T> T read(TenantId tenant, Supplier<T> query) {
    try {
      return query.get();
    } catch (JdbiException e) {
      if (TenantPartitions.isMissing(e)) {
        throw new TenantMissing(tenant);
      }
      throw e;
    }
  }

  private static Instant now() {
    return Instant.now().truncatedTo(ChronoUnit.MILLIS);
  }
}
