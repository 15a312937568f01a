# What programs in service are linked with first, so that its malloc() is theirs. Sanitizers bring their own.
add_library(jobcast_allocator INTERFACE)
if(NOT JOBCAST_SANITIZE AND NOT JOBCAST_FUZZ)
  target_link_libraries(jobcast_allocator INTERFACE PkgConfig::jemalloc)
  target_link_options(jobcast_allocator INTERFACE "LINKER:--no-as-needed")
endif()

# jobcast_library(NAME [DEPENDS ...]): one static library from the .cpp files of the present folder.
function(jobcast_library name)
  cmake_parse_arguments(ARG "RECURSE" "" "DEPENDS;PRIVATE" ${ARGN})
  if(ARG_RECURSE)
    file(GLOB_RECURSE sources CONFIGURE_DEPENDS *.cpp)
  else()
    file(GLOB sources CONFIGURE_DEPENDS *.cpp)
  endif()
  add_library(${name} STATIC ${sources})
  target_include_directories(${name} PUBLIC "${PROJECT_SOURCE_DIR}/include" "${PROJECT_SOURCE_DIR}/src")
  target_link_libraries(${name} PUBLIC ${ARG_DEPENDS} Boost::boost PRIVATE jobcast_options ${ARG_PRIVATE})
endfunction()

# jobcast_test(NAME DEPENDS ... [FILES ...] [LABELS ...]): a GoogleTest program from the given files.
function(jobcast_test name)
  cmake_parse_arguments(ARG "SERIAL" "" "DEPENDS;FILES;LABELS" ${ARGN})
  add_executable(${name} ${ARG_FILES})
  target_include_directories(${name} PRIVATE "${PROJECT_SOURCE_DIR}/tests")
  target_compile_definitions(${name} PRIVATE JOBCAST_FIXTURES="${PROJECT_SOURCE_DIR}/tests/fixtures")
  target_link_libraries(${name} PRIVATE ${ARG_DEPENDS} jobcast_options GTest::gmock GTest::gtest_main)
  # What is tested is optimised as the build type says; compiling the tests themselves so takes twice the time.
  target_compile_options(${name} PRIVATE -O0)
  add_dependencies(test_programs ${name})
  gtest_discover_tests(${name} DISCOVERY_MODE PRE_TEST DISCOVERY_TIMEOUT 60
    PROPERTIES LABELS "${ARG_LABELS}" TIMEOUT 120)
endfunction()

# jobcast_fuzzer(NAME [SOURCES ...] [DEPENDS ...]): fuzz_NAME from tests/fuzz/NAME.cpp, with clang only. SOURCES are the
# files of src/ that it exercises, so that not a whole library need be compiled for it; its seeds are in corpus/NAME.
function(jobcast_fuzzer name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPENDS" ${ARGN})
  if(NOT JOBCAST_FUZZ)
    return()
  endif()
  list(TRANSFORM ARG_SOURCES PREPEND "${PROJECT_SOURCE_DIR}/src/")
  add_executable(fuzz_${name} EXCLUDE_FROM_ALL ${name}.cpp ${ARG_SOURCES})
  target_include_directories(fuzz_${name} PRIVATE "${PROJECT_SOURCE_DIR}/include" "${PROJECT_SOURCE_DIR}/src")
  target_link_libraries(fuzz_${name} PRIVATE ${ARG_DEPENDS} jobcast_options Boost::boost)
  target_link_options(fuzz_${name} PRIVATE -fsanitize=fuzzer)
  add_dependencies(fuzzers fuzz_${name})
endfunction()
