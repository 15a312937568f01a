#include "work/handlers/pdf_text.hpp"

#include <cerrno>
#include <charconv>
#include <signal.h>
#include <utility>
#include <vector>

#include "work/child_process.hpp"
#include "work/handlers/html_text.hpp"

namespace jobcast {
namespace fs = std::filesystem;
namespace {

using End = ChildResult::End;

constexpr std::string_view input_name = "input.pdf";
constexpr std::string_view text_name = "text.txt";
constexpr std::size_t title_bytes = 1024;
constexpr std::size_t info_bytes = 1024 * 1024;
constexpr std::int64_t bytes_per_mebibyte = 1024 * 1024;

/// Names the tool for the sentences about it.
struct Tool {
  std::string_view name;
  std::vector<std::string> arguments;
};

HandlerFailure hopeless(std::string_view reason) {
  return {"This application/pdf file " + std::string(reason), false};
}

HandlerFailure server_trouble(const Tool& tool, std::string_view reason) {
  return {"The server can't read application/pdf files now: " + std::string(tool.name) + " " + std::string(reason),
          true};
}

HandlerFailure too_slow(const DocumentOptions& options) {
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(options.pdf_time).count();
  return hopeless("takes too long to read: more than " + std::to_string(seconds) + " s");
}

HandlerFailure too_much_text(const DocumentOptions& options) {
  const auto mebibytes = static_cast<std::int64_t>(options.pdf_text_bytes) / bytes_per_mebibyte;
  return hopeless("holds too much text: more than " + std::to_string(mebibytes) + " MiB");
}

/// By poppler's exit codes (1: can't open the file, 2: can't write, 3: permissions, 99: other) and last words.
HandlerFailure failure_of_exit(const Tool& tool, const ChildResult& result) {
  const auto says = [&](std::string_view words) { return result.last_error.find(words) != std::string::npos; };
  if (says("Incorrect password")) return hopeless("is encrypted: it can't be read without its password");
  if (says("Wrong page range")) return hopeless("has no pages");
  if (result.exit_code == 3) return hopeless("is protected: it does not allow its text to be copied");
  if (says("Out of memory") || says("bad_alloc")) return hopeless("needs too much memory to be read");
  if (result.exit_code == 2) return server_trouble(tool, "can't write its output");
  return hopeless("is damaged: it can't be read");
}

HandlerFailure failure_of_signal(const Tool& tool, const ChildResult& result, const DocumentOptions& options) {
  switch (result.signal) {
    case SIGXCPU:
      return too_slow(options);
    case SIGXFSZ:
      return too_much_text(options);
    case SIGABRT:  // what a failed allocation ends in
      return hopeless("needs too much memory to be read");
    case SIGSEGV:
    case SIGBUS:
    case SIGFPE:
    case SIGILL:
      return hopeless("is damaged: reading it made " + std::string(tool.name) + " crash");
    default:
      return server_trouble(tool, "was killed");
  }
}

std::optional<HandlerFailure> failure_of(const Tool& tool, const ChildResult& result, const DocumentOptions& options) {
  switch (result.end) {
    case End::exited:
      if (result.exit_code == 0) return std::nullopt;
      return failure_of_exit(tool, result);
    case End::signalled:
      return failure_of_signal(tool, result, options);
    case End::timed_out:
      return too_slow(options);
    case End::too_much:
      return hopeless("holds too much information about itself");
    case End::stopped:
      return HandlerFailure{"Stopped", true};
    case End::not_started:
      break;
  }
  return server_trouble(tool, result.start_error == ENOENT ? "is not installed" : "could not be started");
}

/// Runs one of poppler's tools; its complaints go to the job's log.
std::optional<HandlerFailure> run_tool(JobContext& context, const DocumentOptions& options, const Tool& tool,
                                       std::string* output) {
  std::string complaints;
  ChildSpec spec;
  spec.arguments = tool.arguments;
  spec.working_directory = context.scratch();
  spec.limits.wall_time = options.pdf_time;
  spec.limits.cpu_time = std::chrono::ceil<std::chrono::seconds>(options.pdf_time);
  spec.limits.memory_bytes = options.pdf_memory_bytes;
  spec.limits.file_bytes = options.pdf_text_bytes;
  spec.limits.output_bytes = info_bytes;
  spec.on_error = [&](std::string_view bytes) { complaints.append(bytes); };
  if (output != nullptr) spec.on_output = [=](std::string_view bytes) { output->append(bytes); };
  const auto result = run_child(spec, context.stop());
  context.log(complaints);
  return failure_of(tool, result, options);
}

std::string reading_message(const PdfInfo& info) {
  if (!info.pages) return "Extracting text";
  return "Extracting text from " + std::to_string(*info.pages) + (*info.pages == 1 ? " page" : " pages");
}

std::optional<std::int64_t> to_number(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

}  // namespace

PdfInfo parse_pdf_info(std::string_view output) {
  constexpr std::string_view title_field = "Title:";
  constexpr std::string_view pages_field = "Pages:";
  PdfInfo info;
  bool is_first = true;
  while (!output.empty()) {
    const auto end = output.find('\n');
    const auto line = output.substr(0, end);
    output.remove_prefix(end == std::string_view::npos ? output.size() : end + 1);
    if (is_first && line.starts_with(title_field)) {
      info.title = on_one_line(line.substr(title_field.size()), title_bytes);
    }
    if (line.starts_with(pages_field)) {
      info.pages = to_number(on_one_line(line.substr(pages_field.size()), title_bytes));
    }
    is_first = false;
  }
  return info;
}

std::variant<PdfText, HandlerFailure> extract_pdf(JobContext& context, const DocumentOptions& options) {
  fs::create_symlink(fs::absolute(context.input()), context.scratch() / input_name);

  std::string info_output;
  const Tool pdfinfo{"pdfinfo", {options.pdfinfo, "-enc", "UTF-8", std::string(input_name)}};
  if (auto failure = run_tool(context, options, pdfinfo, &info_output)) return std::move(*failure);
  PdfText text{context.scratch() / text_name, parse_pdf_info(info_output)};

  Progress progress;
  progress.percent = 0;
  progress.message = reading_message(text.info);
  if (!context.report(std::move(progress))) return HandlerFailure{"Stopped", true};

  const Tool pdftotext{"pdftotext",
                       {options.pdftotext, "-enc", "UTF-8", std::string(input_name), std::string(text_name)}};
  if (auto failure = run_tool(context, options, pdftotext, nullptr)) return std::move(*failure);
  return text;
}

}  // namespace jobcast
