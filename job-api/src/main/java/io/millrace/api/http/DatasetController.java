package io.millrace.api.http;

import io.millrace.api.dataset.DatasetUploads;
import io.millrace.api.dataset.DatasetUploads.EmptyException;
import io.millrace.api.dataset.DatasetUploads.Listed;
import io.millrace.api.dataset.DatasetUploads.NotWrittenException;
import io.millrace.api.dataset.DatasetUploads.TooLargeException;
import io.millrace.api.dataset.DatasetUploads.Uploaded;
import io.millrace.dataset.DatasetRefusedException;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Uploading datasets and listing them. */
@RestController
@RequestMapping(path = "/v1/datasets", produces = MediaType.APPLICATION_JSON_VALUE)
final class DatasetController {
  private static final Logger log = LoggerFactory.getLogger(DatasetController.class);
  private static final int MAX_LISTED = 1_000;

  private final DatasetUploads uploads;

  DatasetController(DatasetUploads uploads) {
    this.uploads = uploads;
  }

  /** The answer to an upload. */
  record Stored(String name, long bytes, String sha256) {}

  /** At most a thousand datasets, in order of name. */
  record Listing(List<Listed> datasets) {}

  @PutMapping("/{*name}")
  ResponseEntity<Stored> put(
      @PathVariable("name") String path, HttpServletRequest request, Caller caller)
      throws IOException {
    String name = path.startsWith("/") ? path.substring(1) : path;
    if (request.getRequestURI().contains(";")) {
      // Spring has cut off what follows, and the rest would name another dataset.
      throw Problems.badDatasetName("a dataset's name cannot hold a \";\"");
    }
    if (request.getContentLengthLong() > uploads.maxBytes()) {
      throw Problems.bodyTooLarge(uploads.maxBytes());
    }
    try {
      Uploaded uploaded = uploads.store(caller.tenant(), name, request.getInputStream());
      return ResponseEntity.status(uploaded.replaced() ? HttpStatus.OK : HttpStatus.CREATED)
          .body(new Stored(uploaded.name(), uploaded.bytes(), uploaded.sha256()));
    } catch (DatasetRefusedException e) {
      throw Problems.badDatasetName(String.valueOf(e.getMessage()));
    } catch (TooLargeException e) {
      throw Problems.bodyTooLarge(uploads.maxBytes());
    } catch (NotWrittenException e) {
      log.error("a dataset was not written name={} error={}", name, e.getMessage());
      throw Problems.diskFailed();
    } catch (EmptyException e) {
      throw Problems.emptyDataset();
    }
  }

  @GetMapping
  Listing list(Caller caller) throws IOException {
    return new Listing(uploads.list(caller.tenant(), MAX_LISTED));
  }
}
