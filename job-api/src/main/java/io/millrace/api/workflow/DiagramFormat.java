package io.millrace.api.workflow;

/** The languages that workflows are drawn in. */
public enum DiagramFormat {
  MERMAID,
  DOT
}
