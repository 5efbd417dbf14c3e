package io.millrace.api.http;

import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** The controllers of this package. */
@Configuration(proxyBeanMethods = false)
@Import({JobController.class, DatasetController.class, ProblemAdvice.class, ErrorPage.class})
public class HttpConfiguration {}
