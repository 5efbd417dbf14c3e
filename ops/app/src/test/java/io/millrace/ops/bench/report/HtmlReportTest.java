package io.millrace.ops.bench.report;

import static io.millrace.ops.bench.result.Measurement.FLOOR;
import static io.millrace.ops.bench.result.Measurement.MILLRACE;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.ops.bench.result.Figure;
import io.millrace.ops.bench.result.Latencies;
import io.millrace.ops.bench.result.Measurement;
import io.millrace.ops.bench.result.Series;
import io.millrace.ops.bench.result.Unit;
import java.io.StringReader;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

class HtmlReportTest {
  private static final String EVIL = "<script>alert('1')</script> & \"more\"";
  private static final String JOBS = "jobs-per-second";

  @Test
  void page_hostileTexts_areEscapedEverywhere() throws Exception {
    String page = HtmlReport.page(Samples.report().add(hostile(EVIL)).add(hostile(FLOOR)).build());

    assertThat(page).doesNotContain("<script").contains("&lt;script&gt;alert(&#39;1&#39;)");
    assertThat(parsed(page).getElementsByTagName("script").getLength()).isZero();
  }

  @Test
  void page_allKindsOfFindings_areDrawn() throws Exception {
    Document page =
        parsed(
            HtmlReport.page(
                Samples.report()
                    .rate("drain", FLOOR, JOBS, 20_000)
                    .rate("drain", MILLRACE, JOBS, 12_000)
                    .add(spread(MILLRACE))
                    .build()));

    assertThat(page.getElementsByTagName("polyline").getLength()).isEqualTo(1);
    assertThat(page.getElementsByTagName("path").getLength()).isEqualTo(1);
    assertThat(page.getElementsByTagName("svg").getLength()).isEqualTo(3);
    assertThat(page.getElementsByTagName("body").item(0).getTextContent())
        .contains("fsyncs")
        .contains("a job was lost")
        .contains("18.6.0");
  }

  @Test
  void page_floorMeasuredFirst_figureHasTheLabelOfMillrace() {
    Figure floor = new Figure(JOBS, "rows", Unit.PER_SECOND, 2);
    Figure own = new Figure(JOBS, "jobs per second", Unit.PER_SECOND, 1);

    String page =
        HtmlReport.page(
            Samples.report()
                .add(Measurement.of("drain", FLOOR, List.of(floor)))
                .add(Measurement.of("drain", MILLRACE, List.of(own)))
                .build());

    assertThat(page).contains("jobs per second").doesNotContain(">rows<");
  }

  @Test
  void page_remarks_areTold() throws Exception {
    Document page =
        parsed(HtmlReport.page(Samples.report().remark("jobrunr did not start").build()));

    assertThat(page.getElementsByTagName("li").item(0).getTextContent())
        .isEqualTo("jobrunr did not start");
  }

  @Test
  void page_caseWithOneSystemAndNoCurves_isOnlyInTheTable() throws Exception {
    Document page = parsed(HtmlReport.page(Samples.report().floorInserts(1000).build()));

    assertThat(page.getElementsByTagName("svg").getLength()).isZero();
    assertThat(page.getElementsByTagName("main").item(0).getTextContent())
        .contains("the insert-per-second");
  }

  @Test
  void page_everyDrawing_hasATitle() throws Exception {
    Document page = parsed(HtmlReport.page(Samples.report().add(spread(MILLRACE)).build()));

    int drawings = page.getElementsByTagName("svg").getLength();
    assertThat(drawings).isEqualTo(2);
    for (int i = 0; i < drawings; i++) {
      assertThat(page.getElementsByTagName("svg").item(i).getFirstChild().getNodeName())
          .isEqualTo("title");
    }
  }

  @Test
  void page_fetchesNothing() {
    String page = HtmlReport.page(Samples.report().add(spread(MILLRACE)).build());

    assertThat(page).contains("default-src &#39;none&#39;");
    assertThat(Pattern.compile("(src|href|url)\\s*[=(]|https?:|@import|style=\"").matcher(page))
        .matches(matcher -> !matcher.find());
  }

  @Test
  void page_emptyReportAndEmptyLists_areNoError() {
    Measurement empty =
        new Measurement(
            "drain",
            MILLRACE,
            List.of(),
            List.of(new Series("nothing", Unit.PER_SECOND, List.of())),
            List.of(new Latencies("none", 0, 0, 0, 0, 0, 0, List.of())),
            Map.of(),
            List.of());

    assertThat(HtmlReport.page(Samples.report().build())).contains("Millrace");
    assertThat(HtmlReport.page(Samples.report().add(empty).build())).doesNotContain("NaN");
  }

  private static Measurement hostile(String system) {
    return new Measurement(
        EVIL,
        system,
        List.of(new Figure(EVIL, EVIL, Unit.MILLIS, 3)),
        List.of(new Series(EVIL, Unit.MILLIS, List.of(new Series.Point(1, 2)))),
        List.of(new Latencies(EVIL, 1, 1, 1, 1, 1, 1, List.of(new Latencies.Bucket(1, 1)))),
        Map.of(EVIL, 1.0),
        List.of(EVIL));
  }

  private static Measurement spread(String system) {
    return new Measurement(
        "drain",
        system,
        List.of(new Figure("p50", "median", Unit.MILLIS, 2)),
        List.of(
            new Series(
                "jobs",
                Unit.PER_SECOND,
                List.of(new Series.Point(1, 20), new Series.Point(2, 30)))),
        List.of(
            new Latencies(
                "run",
                3,
                1,
                2,
                3,
                4,
                2.5,
                List.of(new Latencies.Bucket(1.5, 2), new Latencies.Bucket(3, 1)))),
        Map.of("fsyncs", 3.0),
        List.of("a job was lost"));
  }

  /** The page is well-formed XML, too, apart from its first line. */
  private static Document parsed(String page) throws Exception {
    String document = page.substring(page.indexOf("<html"));
    return DocumentBuilderFactory.newDefaultInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(document)));
  }
}
