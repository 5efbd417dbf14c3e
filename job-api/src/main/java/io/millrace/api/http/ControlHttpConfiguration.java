package io.millrace.api.http;

import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** The controllers that act on jobs after their submission. */
@Configuration(proxyBeanMethods = false)
@Import({
  ControlController.class,
  DeadLetterController.class,
  ReplayController.class,
  LimitController.class,
  WhyController.class,
  QueueController.class
})
public class ControlHttpConfiguration {}
