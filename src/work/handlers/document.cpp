#include "work/handlers/document.hpp"

#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>
#include <variant>

#include "jobcast/limits.hpp"

#include "base/media_type.hpp"
#include "base/text.hpp"
#include "work/handlers/html_text.hpp"
#include "work/handlers/input_scan.hpp"
#include "work/handlers/pdf_text.hpp"
#include "work/handlers/text_chunks.hpp"

namespace jobcast {
namespace fs = std::filesystem;
namespace {

constexpr std::uint64_t bytes_per_mebibyte = 1024 * 1024;

const HandlerFailure stopped{"Stopped", true};

/// Valid UTF-8 piece by piece until `take` returns false. Read twice, with the same pieces.
using TextSource = std::function<void(const std::function<bool(std::string_view)>& take)>;

/// A document taken apart: its text, and what else is known of it.
struct Extract {
  TextSource source;
  std::string title;
  std::optional<std::int64_t> pages;
  bool blank_is_empty = false;  ///< text that is white space alone is none: pages without text
};

TextSource file_source(fs::path file, TextEncoding encoding) {
  return [file = std::move(file), encoding](const std::function<bool(std::string_view)>& take) {
    TextDecoder decoder(encoding);
    std::string text;
    bool goes_on = true;
    read_pieces(file, [&](std::string_view piece) {
      text.clear();
      decoder.decode(piece, text);
      goes_on = take(text);
      return goes_on;
    });
    text.clear();
    decoder.finish(text);
    if (goes_on && !text.empty()) take(text);
  };
}

TextSource string_source(std::string text) {
  return [text = std::move(text)](const std::function<bool(std::string_view)>& take) { take(text); };
}

HandlerFailure unreadable(const std::string& type) {
  return {type + " files can't be read: only PDF and text, such as plain text, HTML, Markdown, CSV and JSON, can",
          false};
}

HandlerFailure html_failure(HtmlRefusal refusal) {
  switch (refusal) {
    case HtmlRefusal::too_complex:
      return {"This text/html file is too complex to be read", false};
    case HtmlRefusal::too_slow:
      return {"This text/html file takes too long to read", false};
    case HtmlRefusal::stopped:
      break;
  }
  return stopped;
}

class DocumentHandler final : public JobHandler {
 public:
  explicit DocumentHandler(DocumentOptions options) : options_(std::move(options)) {}

  HandlerResult run(JobContext& context) override {
    const auto& type = context.job().file_type;
    if (type != "application/pdf" && !is_text_media_type(type)) {
      return unreadable(type.empty() ? "application/octet-stream" : type);
    }
    const auto scan = scan_input(context.input(), context.stop());
    if (context.stop().stop_requested()) return stopped;
    auto extracted = extract(context, scan);
    if (auto* failure = std::get_if<HandlerFailure>(&extracted)) return std::move(*failure);
    return save(context, scan, std::get<Extract>(extracted));
  }

 private:
  using Extracted = std::variant<Extract, HandlerFailure>;

  Extracted extract(JobContext& context, const InputScan& scan) const {
    const auto& type = context.job().file_type;
    if (type == "application/pdf") return extract_from_pdf(context);
    if (type == "text/html") return extract_from_html(context, scan);
    return Extract{file_source(context.input(), scan.encoding), {}, {}, false};
  }

  Extracted extract_from_pdf(JobContext& context) const {
    auto outcome = extract_pdf(context, options_);
    if (auto* failure = std::get_if<HandlerFailure>(&outcome)) return std::move(*failure);
    auto& pdf = std::get<PdfText>(outcome);
    return Extract{file_source(std::move(pdf.file), TextEncoding::utf8), std::move(pdf.info.title), pdf.info.pages,
                   true};
  }

  Extracted extract_from_html(JobContext& context, const InputScan& scan) const {
    if (static_cast<std::uint64_t>(scan.bytes) > options_.html_bytes) {
      const auto mebibytes = std::to_string(options_.html_bytes / bytes_per_mebibyte);
      return HandlerFailure{"This text/html file is too large: more than " + mebibytes + " MiB", false};
    }
    std::string html;
    file_source(context.input(), scan.encoding)([&](std::string_view piece) {
      html.append(piece);
      return true;
    });
    auto outcome = text_of_html(html, {options_.html_memory_bytes, options_.html_time}, context.stop());
    if (const auto* refusal = std::get_if<HtmlRefusal>(&outcome)) return html_failure(*refusal);
    auto& page = std::get<HtmlText>(outcome);
    return Extract{string_source(std::move(page.text)), std::move(page.title), {}, true};
  }

  struct Measure {
    std::int64_t words = 0;
    std::int64_t chunks = 0;
  };

  static Measure measure(const Extract& extract, const std::stop_token& stop) {
    WordCounter words;
    std::int64_t chunks = 0;
    ChunkCutter cutter(limits::chunk_bytes, [&](const std::string& /*chunk*/) {
      ++chunks;
      return true;
    });
    extract.source([&](std::string_view piece) {
      words.add(piece);
      cutter.add(piece);
      return !stop.stop_requested();
    });
    cutter.finish();
    if (extract.blank_is_empty && words.words() == 0) chunks = 0;
    return {words.words(), chunks};
  }

  HandlerResult save(JobContext& context, const InputScan& scan, const Extract& extract) const {
    const auto measured = measure(extract, context.stop());
    if (context.stop().stop_requested()) return stopped;
    const bool saved = measured.chunks == 0 ? report_nothing(context) : save_chunks(context, extract, measured.chunks);
    if (!saved) return stopped;
    return HandlerSuccess{result_of(context.job(), scan, extract, measured)};
  }

  static bool report_nothing(JobContext& context) {
    Progress progress;
    progress.percent = 100;
    progress.total_chunks = 0;
    progress.processed_chunks = 0;
    return context.report(std::move(progress));
  }

  static bool save_chunks(JobContext& context, const Extract& extract, std::int64_t total) {
    std::int64_t saved = 0;
    ChunkCutter cutter(limits::chunk_bytes, [&](std::string text) {
      std::vector<TextChunk> chunks(1);
      chunks[0] = {saved, std::move(text)};
      ++saved;
      Progress progress;
      progress.percent = static_cast<int>(saved * 100 / total);
      progress.total_chunks = total;
      progress.processed_chunks = saved;
      progress.message = "Saved chunk " + std::to_string(saved) + " of " + std::to_string(total);
      return context.report(std::move(progress), std::move(chunks));
    });
    bool goes_on = true;
    extract.source([&](std::string_view piece) {
      goes_on = cutter.add(piece);
      return goes_on;
    });
    return goes_on && cutter.finish();
  }

  static std::string result_of(const Job& job, const InputScan& scan, const Extract& extract, const Measure& measured) {
    nlohmann::ordered_json result;
    result["media_type"] = job.file_type;
    result["bytes"] = scan.bytes;
    result["sha256"] = scan.sha256;
    if (extract.pages) result["pages"] = *extract.pages;
    result["words"] = measured.words;
    result["chunks"] = measured.chunks;
    if (!extract.title.empty()) result["title"] = extract.title;
    return result.dump();
  }

  const DocumentOptions options_;
};

}  // namespace

std::unique_ptr<JobHandler> make_document_handler(DocumentOptions options) {
  return std::make_unique<DocumentHandler>(std::move(options));
}

}  // namespace jobcast
