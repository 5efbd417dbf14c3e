package io.millrace.api.http;

import io.millrace.api.access.KeyRing;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Collections;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.springframework.http.HttpHeaders;
import tools.jackson.databind.json.JsonMapper;

/**
 * Finds out who sends a request, from its API key, before anything else looks at it. Every path
 * needs a key but those of {@link #OPEN}. Without any key in the database, a server bound to
 * loopback takes everybody for {@link Caller#LOCAL}.
 */
final class CallerFilter implements Filter {
  /**
   * Matched with the path as it was sent, which is also what Spring routes by: no {@code ..}, no
   * {@code ;} and no {@code %} can make it another one.
   */
  private static final Pattern OPEN =
      Pattern.compile(
          "/actuator/(health(/[A-Za-z]+){0,2}|prometheus)"
              + "|/openapi([./-][A-Za-z0-9]+([._-][A-Za-z0-9]+)*)*");

  private static final String BEARER = "bearer ";
  private static final JsonMapper JSON = JsonMapper.shared();

  private final Supplier<KeyRing> ring;
  private final boolean loopbackOnly;

  /**
   * Makes a filter whose keys are asked for with the first request: filters are made while the web
   * server starts, and what the keys need, such as the database, may yet fail in its own words.
   */
  CallerFilter(Supplier<KeyRing> ring, boolean loopbackOnly) {
    this.ring = ring;
    this.loopbackOnly = loopbackOnly;
  }

  @Override
  public void doFilter(ServletRequest servletRequest, ServletResponse answer, FilterChain chain)
      throws IOException, ServletException {
    HttpServletRequest request = (HttpServletRequest) servletRequest;
    if (!isOpen(request.getRequestURI())) {
      try {
        caller(request).put(request);
      } catch (ProblemException e) {
        refuse(e, request, (HttpServletResponse) answer);
        return;
      }
    }
    chain.doFilter(request, answer);
  }

  static boolean isOpen(String path) {
    return OPEN.matcher(path).matches();
  }

  private Caller caller(HttpServletRequest request) {
    KeyRing keys = ring.get();
    if (!keys.isConfigured()) {
      if (loopbackOnly) {
        return Caller.LOCAL;
      }
      throw AccessProblems.noKeysYet();
    }
    Set<String> sent = sent(request);
    if (sent.size() > 1) {
      throw AccessProblems.twoKeys();
    }
    if (sent.isEmpty()) {
      throw AccessProblems.noKey();
    }
    return keys.find(sent.iterator().next())
        .map(key -> new Caller(key.tenant(), key.role()))
        .orElseThrow(AccessProblems::badKey);
  }

  /** Other schemes than Bearer are a proxy's business. */
  private static Set<String> sent(HttpServletRequest request) {
    Set<String> sent = new HashSet<>();
    for (String value : Collections.list(request.getHeaders(HttpHeaders.AUTHORIZATION))) {
      if (value.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
        sent.add(value.substring(BEARER.length()).strip());
      }
    }
    for (String value : Collections.list(request.getHeaders("X-API-Key"))) {
      sent.add(value.strip());
    }
    return sent;
  }

  private static void refuse(
      ProblemException e, HttpServletRequest request, HttpServletResponse answer)
      throws IOException {
    byte[] body = JSON.writeValueAsBytes(Problem.of(e, request.getRequestURI()));
    if (e.status() == HttpServletResponse.SC_UNAUTHORIZED) {
      boolean bad = e.slug().equals("invalid-api-key");
      answer.setHeader(
          HttpHeaders.WWW_AUTHENTICATE,
          "Bearer realm=\"millrace\"" + (bad ? ", error=\"invalid_token\"" : ""));
    }
    Answers.write(answer, e.status(), Problem.MEDIA_TYPE, body);
  }
}
