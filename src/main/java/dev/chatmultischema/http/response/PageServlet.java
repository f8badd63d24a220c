package dev.chatmultischema.http.response;

import io.dropwizard.core.setup.Environment;
import io.dropwizard.servlets.assets.AssetServlet;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * Serves a page and its files from the class path, with headers that forbid the page to load or to
 * be embedded in content of other sites.
 */
public class PageServlet extends AssetServlet {

  private static final long serialVersionUID = 1;

  /** The pages use none of the devices of a browser. */
  private static final String PERMISSIONS =
      "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()";

  private final String path;
  private final String policy;

  /**
   * @param folder the folder of the files on the class path
   * @param path the path of the page, without a slash at its end
   * @param policy the value of {@code Content-Security-Policy}
   */
  public PageServlet(String folder, String path, String policy) {
    super(folder, path, "index.html", StandardCharsets.UTF_8);
    this.path = path;
    this.policy = policy;
  }

  /** Serves the page on the application port. */
  public final void register(Environment environment) {
    environment.servlets().addServlet(path.substring(1), this).addMapping(path, path + "/*");
  }

  /** Serves the page on the admin port. */
  public final void registerOnAdminPort(Environment environment) {
    environment.admin().addServlet(path.substring(1), this).addMapping(path, path + "/*");
  }

  @Override
  protected final void doGet(HttpServletRequest request, HttpServletResponse response)
      throws ServletException, IOException {
    response.setHeader("Content-Security-Policy", policy);
    response.setHeader("Referrer-Policy", "no-referrer");
    response.setHeader("Permissions-Policy", PERMISSIONS);
    response.setHeader("Cross-Origin-Opener-Policy", "same-origin");
    response.setHeader("Cross-Origin-Resource-Policy", "same-origin");
    // The page's links are relative to a folder.
    if (request.getRequestURI().equals(path)) {
      response.sendRedirect(path + "/");
      return;
    }
    // Browsers revalidate each file, so that files of two versions are not mixed.
    response.setHeader("Cache-Control", "no-cache");
    super.doGet(request, response);
  }
}
