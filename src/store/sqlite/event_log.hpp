#pragma once

#include <memory>

#include "jobcast/event_log.hpp"

#include "store/sqlite/reader_pool.hpp"

namespace jobcast {

/// The log as the readers see it; `readers` must outlive it.
std::unique_ptr<EventLog> make_sqlite_event_log(ReaderPool& readers);

}  // namespace jobcast
