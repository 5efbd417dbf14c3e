package io.millrace.boot;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.core.type.AnnotatedTypeMetadata;

/**
 * A configuration, or a part, that a quarantine runner leaves out: it is a worker's application
 * started once more, and wants its handlers, not its API, its polling or its upkeep.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD})
@Conditional(NotInQuarantine.Ordinary.class)
public @interface NotInQuarantine {
  /** Set by the worker that starts a runner; not for configuration files. */
  String SWITCH = "millrace.worker.quarantine.runner";

  /** True in every application that is no runner. */
  final class Ordinary implements Condition {
    @Override
    public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
      return !"true".equals(context.getEnvironment().getProperty(SWITCH));
    }
  }
}
