package dev.traininghealth.report;

import dev.traininghealth.text.Html;

/** A report in plain text as an HTML file, for a class path without the page's charts. */
final class PlainPage {
  private static final String PAGE =
      """
      <!DOCTYPE html>
      <html lang="en">
        <head>
          <meta charset="utf-8">
          <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
          <title>Training report - ${session}</title>
          <style>body { margin: 24px; font: 14px sans-serif; } pre { white-space: pre-wrap; }</style>
        </head>
        <body>
          <p>There are no charts, because Apache ECharts is not on the class path. Add the plugin's
          dependency <code>org.webjars:echarts</code> to see them.</p>
          <pre>${text}</pre>
        </body>
      </html>
      """;

  private PlainPage() {}

  static String of(String session, String text) {
    return PAGE.replace("${session}", Html.escape(session)).replace("${text}", Html.escape(text));
  }
}
