#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "jobcast/job_handler.hpp"

#include "work/handlers/document.hpp"

namespace jobcast {

struct PdfInfo {
  std::optional<std::int64_t> pages;
  std::string title;  ///< on one line; empty where there is none
};

struct PdfText {
  std::filesystem::path file;  ///< UTF-8 text in the scratch directory, pages parted by form feeds
  PdfInfo info;
};

/// The text of the job's input by way of poppler's pdfinfo and pdftotext, which run in the scratch directory and know
/// no other path of the server's.
std::variant<PdfText, HandlerFailure> extract_pdf(JobContext& context, const DocumentOptions& options);

/// Reads what pdfinfo prints. A title may hold line feeds, and so look like other fields: these come after it.
PdfInfo parse_pdf_info(std::string_view output);

}  // namespace jobcast
