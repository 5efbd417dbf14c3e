package io.millrace.workflow.diagram;

import io.millrace.workflow.plan.Edge;

/** A way from the node of this name. */
public record Way(String from, Edge edge) {}
