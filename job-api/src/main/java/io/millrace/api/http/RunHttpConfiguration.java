package io.millrace.api.http;

import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** The controller of workflow runs. */
@Configuration(proxyBeanMethods = false)
@Import({RunController.class, RunInsightController.class, RunEventController.class})
public class RunHttpConfiguration {}
