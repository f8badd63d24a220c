package dev.chatmultischema.problem;

import com.google.common.base.Utf8;
import jakarta.annotation.Priority;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.DynamicFeature;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.FeatureContext;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Optional;

/**
 * Reads each request body whole, bounded, before anything parses it, and refuses what is not
 * well-formed UTF-8, which the JSON parser would partly let through (overlong forms, encoded
 * surrogates).
 *
 * <p>It runs after authentication, so a stranger's body is never read into memory. Where a body may
 * be large there must be room for it among {@link LargeBodies}.
 */
final class BodyLimitFeature implements DynamicFeature {

  private static final int DEFAULT_LIMIT = 512 * 1024;

  private final LargeBodies large;

  BodyLimitFeature(LargeBodies large) {
    this.large = large;
  }

  @Override
  public void configure(ResourceInfo resource, FeatureContext context) {
    int limit =
        Optional.ofNullable(resource.getResourceMethod().getAnnotation(BodyLimit.class))
            .map(BodyLimit::value)
            .orElse(DEFAULT_LIMIT);
    context.register(new Reader(limit, large));
  }

  @Priority(Priorities.ENTITY_CODER)
  private record Reader(int limit, LargeBodies large) implements ContainerRequestFilter {

    @Override
    public void filter(ContainerRequestContext request) throws IOException {
      if (!request.hasEntity()) {
        return;
      }
      if (request.getLength() > limit) {
        throw tooLarge();
      }
      int most = request.getLength() < 0 ? limit : request.getLength();
      if (most > DEFAULT_LIMIT) {
        large.reserve(request, most);
      }
      byte[] body = request.getEntityStream().readNBytes(limit + 1);
      if (body.length > limit) {
        throw tooLarge();
      }
      request.setProperty(UnreadBody.READ, true);
      if (!Utf8.isWellFormed(body)) {
        throw new ProblemException(Problem.of(400, "malformed_json", "the body is not UTF-8"));
      }
      request.setEntityStream(new ByteArrayInputStream(body));
    }

    private ProblemException tooLarge() {
      return new ProblemException(
          Problem.of(413, "body_too_large", "the body has more than " + limit + " bytes"));
    }
  }
}
