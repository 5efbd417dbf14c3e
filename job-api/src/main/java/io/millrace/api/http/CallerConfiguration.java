package io.millrace.api.http;

import io.millrace.api.access.KeyRing;
import jakarta.servlet.http.HttpServletRequest;
import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.MethodParameter;
import org.springframework.web.bind.support.WebDataBinderFactory;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.method.support.ModelAndViewContainer;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/** Puts {@link CallerFilter} before every controller, and hands them the {@link Caller}. */
@Configuration(proxyBeanMethods = false)
class CallerConfiguration {
  /** After what counts and traces requests, so that the refused ones are seen too. */
  private static final int ORDER = -100;

  @Bean
  FilterRegistrationBean<CallerFilter> callerFilter(
      ObjectProvider<KeyRing> keys, ServerProperties server) {
    InetAddress address = server.getAddress();
    boolean loopback = address != null && address.isLoopbackAddress();
    var registration = new FilterRegistrationBean<>(new CallerFilter(keys::getObject, loopback));
    registration.setOrder(ORDER);
    return registration;
  }

  @Bean
  WebMvcConfigurer callerParameters() {
    return new WebMvcConfigurer() {
      @Override
      public void addArgumentResolvers(List<HandlerMethodArgumentResolver> resolvers) {
        resolvers.add(new CallerResolver());
      }
    };
  }

  private static final class CallerResolver implements HandlerMethodArgumentResolver {
    @Override
    public boolean supportsParameter(MethodParameter parameter) {
      return parameter.getParameterType().equals(Caller.class);
    }

    @Override
    public Caller resolveArgument(
        MethodParameter parameter,
        @Nullable ModelAndViewContainer model,
        NativeWebRequest request,
        @Nullable WebDataBinderFactory binders) {
      HttpServletRequest http = request.getNativeRequest(HttpServletRequest.class);
      if (http == null) {
        throw new IllegalStateException("not an HTTP request");
      }
      return Caller.of(http);
    }
  }
}
