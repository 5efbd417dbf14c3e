package io.millrace.api.http;

import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** The controllers of workflows. */
@Configuration(proxyBeanMethods = false)
@Import({
  WorkflowController.class,
  WorkflowVersionController.class,
  WorkflowPreviewController.class,
  DefinitionRoom.class
})
public class WorkflowHttpConfiguration {}
