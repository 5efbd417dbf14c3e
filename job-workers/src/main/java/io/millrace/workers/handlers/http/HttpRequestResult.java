package io.millrace.workers.handlers.http;

import java.util.Map;

/**
 * The answer, as kept for the caller.
 *
 * @param status of the answer; a redirect is not followed, so 3xx shows up here when expected
 * @param headers the few of {@link ResponseHeaders}, names in lower case
 * @param body text, or base64
 * @param bodyEncoding {@code text} or {@code base64}
 * @param bodyBytes bytes kept, before base64; at most {@link ResponseBody#MAX_BYTES}
 * @param truncated true when the answer was longer and the rest was never read
 */
public record HttpRequestResult(
    int status,
    Map<String, String> headers,
    String body,
    String bodyEncoding,
    int bodyBytes,
    boolean truncated) {}
