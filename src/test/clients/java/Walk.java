import generated.ApiClient;
import generated.ApiException;
import generated.AuthenticationApi;
import generated.Credentials;
import generated.Message;
import generated.MessagesApi;
import generated.NewBatch;
import generated.NewMessage;
import generated.NewTenant;
import generated.NewUser;
import generated.TenantsApi;
import generated.UserPatch;
import generated.UsersApi;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;

/** The steps of the README with a client of openapi-generator; fails on an unexpected response. */
final class Walk {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private Walk() {}

  public static void main(String... arguments) throws Exception {
    var service = System.getenv("SERVICE");
    var client = new ApiClient();
    client.updateBaseUri(service);

    var credentials = new Credentials();
    credentials.setEmail(System.getenv("EMAIL"));
    credentials.setPassword(System.getenv("PASSWORD"));
    var session = new AuthenticationApi(client).login(credentials);
    client.setRequestInterceptor(
        request -> request.header("Authorization", "Bearer " + session.getToken()));

    var created =
        new TenantsApi(client).createTenant(new NewTenant().tenantName("From Java").workers(3));
    equal(created.getTenantName(), "From Java");
    equal(created.getUserId(), session.getUser().getUserId());
    var tenant = created.getTenantId();

    var messages = new MessagesApi(client);
    Map<String, Object> content =
        Map.of("text", "Hello", "tags", List.of("a", 1), "nested", Map.of("mood", 7.5));
    var accepted = messages.publishMessage(tenant, new NewMessage().content(content));
    var batch =
        new NewBatch()
            .addMessagesItem(new NewMessage().putContentItem("n", 1))
            .addMessagesItem(new NewMessage().putContentItem("n", 2));
    var ids = new ArrayList<UUID>();
    ids.add(accepted.getMessageId());
    ids.addAll(messages.publishMessages(tenant, batch).getMessageIds());

    equal(stored(messages, tenant, ids.size()).stream().map(Message::getMessageId).toList(), ids);
    var one = messages.getMessage(tenant, ids.get(0));
    equal(one.getContent(), content);
    equal(one.getSeq(), 1L);
    equal(one.getSenderId(), session.getUser().getUserId());

    var ticket = messages.createStreamTicket(tenant).getTicket();
    equal(streamed(service + "/messages/stream?lastEventId=0&ticket=" + ticket, 3), List.of(1, 2, 3));

    var users = new UsersApi(client);
    var ann =
        users.createUser(
            new NewUser()
                .name("Ann")
                .email("ann@" + tenant + ".example")
                .password("a long enough one")
                .tenantId(tenant));
    equal(ann.getTenantId(), tenant);
    var page = users.listUsers(null, 500);
    while (page.getHasMore()
        && page.getData().stream().noneMatch(user -> user.getUserId().equals(ann.getUserId()))) {
      page = users.listUsers(page.getNextCursor(), 500);
    }
    equal(
        page.getData().stream()
            .filter(user -> user.getUserId().equals(ann.getUserId()))
            .count(),
        1L);
    equal(users.changeUser(ann.getUserId(), new UserPatch().tenantId(null)).getTenantId(), null);

    try {
      new TenantsApi(client).createTenant(new NewTenant().tenantName(""));
      throw new AssertionError("a tenant without a name was created");
    } catch (ApiException e) {
      equal(e.getCode(), 422);
    }
  }

  /** Waits until a tenant has this number of messages, and returns them. */
  private static List<Message> stored(MessagesApi messages, UUID tenant, int count)
      throws ApiException, InterruptedException {
    var deadline = Instant.now().plus(PATIENCE);
    var page = messages.listMessages(tenant, null, 50, "asc");
    while (page.getData().size() < count && Instant.now().isBefore(deadline)) {
      Thread.sleep(50);
      page = messages.listMessages(tenant, "", 50, "asc");
    }
    return page.getData();
  }

  /** Returns the ids of the first events of a stream that have an id. */
  private static List<Integer> streamed(String uri, int count) throws Exception {
    var request = HttpRequest.newBuilder(URI.create(uri)).build();
    var response = HttpClient.newHttpClient().send(request, BodyHandlers.ofInputStream());
    equal(response.statusCode(), 200);
    var ids = new ArrayList<Integer>();
    try (var lines =
        new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
      for (var line = lines.readLine(); ids.size() < count; line = lines.readLine()) {
        if (line.startsWith("id: ")) {
          ids.add(Integer.valueOf(line.substring(4)));
        }
      }
    }
    return ids;
  }

  private static void equal(Object actual, Object expected) {
    if (!Objects.equals(actual, expected)) {
      throw new AssertionError(actual + " is not " + expected);
    }
  }
}
