package io.millrace.ops.bench.report;

import io.millrace.ops.bench.report.FigureIndex.Key;
import io.millrace.ops.bench.report.Target.Judgement;
import io.millrace.ops.bench.result.BenchReport;
import io.millrace.ops.bench.result.Figure;
import io.millrace.ops.bench.result.Measurement;
import io.millrace.ops.report.Figures;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/** A report as one page that needs nothing else: no network, no script. */
final class HtmlReport {
  private static final String CSS = resource("report.css");

  private final BenchReport report;
  private final FigureIndex figures;
  private final Markup page = Markup.document();

  private HtmlReport(BenchReport report) {
    this.report = report;
    this.figures = new FigureIndex(report);
  }

  static String page(BenchReport report) {
    return new HtmlReport(report).write();
  }

  private String write() {
    page.open("html", "lang", "en");
    head();
    page.open("body").open("main");
    page.leaf("h1", "Millrace, measured");
    page.leaf(
        "p",
        "Started "
            + report.startedAt().truncatedTo(ChronoUnit.SECONDS)
            + ", seed "
            + report.seed()
            + ".");
    if (report.quick()) {
      page.leaf("p", Table.QUICK, "class", "note");
    }
    remarks();
    faults();
    targets();
    allFigures();
    for (String caseName : caseNames()) {
      CaseSection section = new CaseSection(report, caseName, figures, page);
      if (section.hasContent()) {
        section.write();
      }
    }
    page.open("section").leaf("h2", "Where and with what").open("div", "class", "charts");
    Sheet.pairs(page, "Machine", report.machine());
    Sheet.pairs(page, "Versions", report.versions());
    Sheet.pairs(page, "Settings", report.settings());
    return page.close().close().close().close().close().toString();
  }

  private void head() {
    page.open("head");
    page.empty("meta", "charset", "utf-8");
    page.empty("meta", "name", "viewport", "content", "width=device-width, initial-scale=1");
    page.empty("meta", "name", "color-scheme", "content", "light dark");
    page.empty(
        "meta",
        "http-equiv",
        "Content-Security-Policy",
        "content",
        "default-src 'none'; style-src '" + hash(CSS) + "'");
    page.leaf("title", "Millrace, measured " + report.startedAt().truncatedTo(ChronoUnit.SECONDS))
        .style(CSS)
        .close();
  }

  private void remarks() {
    if (report.remarks().isEmpty()) {
      return;
    }
    page.open("section").leaf("h2", "Remarks").open("ul");
    report.remarks().forEach(remark -> page.leaf("li", remark));
    page.close().close();
  }

  private void faults() {
    List<Measurement> broken =
        report.measurements().stream().filter(m -> !m.faults().isEmpty()).toList();
    if (broken.isEmpty()) {
      return;
    }
    page.open("section").leaf("h2", "What went wrong").open("ul", "class", "faults");
    for (Measurement measurement : broken) {
      for (String fault : measurement.faults()) {
        page.leaf("li", measurement.caseName() + ", " + measurement.system() + ": " + fault);
      }
    }
    page.close().close();
  }

  private void targets() {
    List<Judgement> judgements = Targets.judge(figures);
    if (judgements.isEmpty()) {
      return;
    }
    page.open("section").leaf("h2", "Targets").open("div", "class", "scroll").open("table");
    page.leaf("caption", "Millrace against what it is meant to reach").open("thead").open("tr");
    for (String name :
        List.of("case", "figure", "Millrace", "bar", "in numbers", "moonshot", "in numbers", "")) {
      page.leaf("th", name, "scope", "col", "class", "text");
    }
    page.close().close().open("tbody");
    for (Judgement judgement : judgements) {
      target(judgement);
    }
    page.close().close().close().close();
  }

  private void target(Judgement judgement) {
    Target target = judgement.target();
    Figure figure = judgement.figure();
    page.open("tr").leaf("th", target.key().caseName(), "scope", "row", "class", "text");
    page.leaf("td", figure.label());
    page.leaf("td", Bound.amount(figure.value(), figure.unit()), "class", "number");
    bound(texts(target.bars()), judgement.barText());
    bound(texts(target.moonshots()), judgement.moonshotText());
    String verdict = judgement.verdict().text();
    page.open("td").leaf("span", verdict, "class", "verdict " + verdict).close().close();
  }

  private void bound(String text, String inNumbers) {
    page.leaf("td", text).leaf("td", text.equals(inNumbers) ? "" : inNumbers);
  }

  private static String texts(List<Bound> bounds) {
    return bounds.stream().map(Bound::text).collect(Collectors.joining(", "));
  }

  private void allFigures() {
    List<String> systems = new ArrayList<>(List.of(Measurement.MILLRACE, Measurement.FLOOR));
    systems.addAll(figures.peers());
    List<String> header = new ArrayList<>(List.of("case", "figure", "id", "unit"));
    header.addAll(systems);
    header.addAll(List.of("× floor", "× best peer"));
    List<List<String>> rows = new ArrayList<>();
    for (Key key : figures.keys()) {
      Figure any = figures.named(key);
      List<String> row =
          new ArrayList<>(List.of(key.caseName(), any.label(), any.id(), any.unit().sign()));
      for (String system : systems) {
        row.add(figures.find(key, system).map(f -> Figures.number(f.value())).orElse(""));
      }
      row.add(Table.ratio(figures.millrace(key), figures.floor(key)));
      row.add(Table.ratio(figures.millrace(key), figures.bestPeer(key)));
      rows.add(row);
    }
    page.open("section").leaf("h2", "All figures");
    Sheet.write(page, "Ratios are of Millrace to the other", 4, header, rows);
    page.close();
  }

  private Set<String> caseNames() {
    return report.measurements().stream()
        .map(Measurement::caseName)
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  private static String resource(String name) {
    try (InputStream in =
        Objects.requireNonNull(HtmlReport.class.getResourceAsStream(name), name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** As a Content-Security-Policy names an inline style that it allows. */
  private static String hash(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return "sha256-" + Base64.getEncoder().encodeToString(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
